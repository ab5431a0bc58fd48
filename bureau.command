#!/bin/sh
# macOS: a double click opens the desk; the first time, the project is installed.
cd "$(dirname "$0")" && exec python3 lancer.py bureau
