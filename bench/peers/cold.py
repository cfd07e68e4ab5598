"""One engine as a user's whole process: a picture in, an array out. As short as it can reasonably be.

    cold.py ENGINE CASE FILE PRECISION THREADS PHOTO OUT.npy

Preprocessing and resizing back are the official scripts', with OpenCV (imported as quickly as NumPy,
which all need). The picture is square, as the case's input is.
"""

import sys
from pathlib import Path

import cv2
import numpy as np
from cases import CASES
from engines import ENGINES


def network_input(picture, height, width):
    """BGR bytes [H, W, 3] -> [1, 3, height, width] in -1..1."""
    pixels = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB).astype(np.float32) / 255
    pixels = (cv2.resize(pixels, (width, height), interpolation=cv2.INTER_CUBIC) - 0.5) / 0.5
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[None], np.float32)


def result_at(output, task, height, width):
    """Depth [height, width] float32, or labels from 1 as bytes."""
    planes = output.reshape(-1, *output.shape[-2:])
    planes = [cv2.resize(plane, (width, height), interpolation=cv2.INTER_CUBIC) for plane in planes]
    return planes[0] if task == "depth" else (np.argmax(planes, axis=0) + 1).astype(np.uint8)


def main():
    name, case, file, precision, threads, photo, out = sys.argv[1:]
    case = CASES[case]
    engine = ENGINES[name](Path(file), case, int(threads), precision)
    picture = cv2.imread(photo)
    pixels = network_input(picture, case.height, case.width)
    engine.load()
    np.save(out, result_at(engine.run(pixels), case.task, *picture.shape[:2]))


if __name__ == "__main__":
    main()
