#!/bin/sh
# macOS, and Linux by bureau.desktop: a double click opens the desk; the first time, the project is installed.
case $0 in */*) cd "${0%/*}" || exit 1 ;; esac
for python in python3.13 python3.12 python3.11 python3; do
  # Without Apple's tools, its own python3 only offers to install them.
  [ "$(command -v "$python")" = /usr/bin/python3 ] && [ -x /usr/bin/xcode-select ] && ! xcode-select -p >/dev/null 2>&1 && continue
  "$python" -c "" >/dev/null 2>&1 || continue
  "$python" lancer.py bureau && exit
  echo "Appuyer sur Entrée pour fermer cette fenêtre."
  read -r _
  exit 1
done
echo "Python n’est pas installé sur cet ordinateur."
echo "Installer Python 3.13 (python.org, ou le paquet du système), puis double-cliquer de nouveau ici."
echo "Appuyer sur Entrée pour fermer cette fenêtre."
read -r _
exit 1
