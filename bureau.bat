@echo off
rem Windows: a double click opens the desk; the first time, the project is installed.
chcp 65001 >nul
pushd "%~dp0"
if not exist lancer.py goto packed
set "launcher="
py -3 -c "" >nul 2>nul && set "launcher=py -3"
if not defined launcher python -c "" >nul 2>nul && set "launcher=python"
if not defined launcher goto none
%launcher% lancer.py bureau
if errorlevel 1 pause
popd
exit /b

:packed
echo Ce dossier est encore dans son archive .zip.
echo Fermer cette fenêtre, faire un clic droit sur l’archive, choisir « Extraire tout »,
echo puis double-cliquer sur bureau.bat dans le dossier extrait.
pause
exit /b 1

:none
echo Python n’est pas installé sur cet ordinateur.
echo Installer Python 3.13 depuis https://www.python.org/downloads/ en cochant « Add python.exe to PATH »,
echo puis double-cliquer de nouveau sur bureau.bat.
pause
exit /b 1
