"""python -m dpt_training"""

import os
import sys

# Before PyTorch is loaded: its threads share the cores with those that make the pictures, and must not spin.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

from dpt_training.cli import main  # noqa: E402

sys.exit(main())
