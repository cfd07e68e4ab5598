#!/usr/bin/env bash
# Runs a command that takes minutes, and lets a log show that it goes on.
#
#   scripts/with-progress.sh [--silent] WHAT COMMAND...
#
# On a terminal the command runs as it is, unless it prints nothing there (--silent). Elsewhere its
# output goes to standard error, but of lines that begin with "[n/m]" (ninja's) only the newest, every
# 20 seconds; the time passed stands alone where there is none. The exit code is the command's.
set -uo pipefail
silent=
if [ "$1" = --silent ]; then
  silent=yes
  shift
fi
what=$1
shift
[ -n "$silent" ] || [ ! -t 2 ] || exec "$@"

every=20
progress=
shown=$SECONDS
exec 3< <("$@" 2>&1)
command=$!
while true; do
  line=
  IFS= read -r -t "$every" -u 3 line
  status=$?
  if [[ $line =~ ^\[[0-9]+/[0-9]+\] ]]; then
    progress=${BASH_REMATCH[0]}
  elif [ -n "$line" ]; then
    printf '%s\n' "$line" >&2
  fi
  [ "$status" -eq 0 ] || [ "$status" -gt 128 ] || break
  if ((SECONDS - shown >= every)); then
    printf '%s: %d:%02d %s\n' "$what" $((SECONDS / 60)) $((SECONDS % 60)) "$progress" >&2
    shown=$SECONDS
  fi
done
wait "$command"
