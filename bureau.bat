@echo off
rem Windows: a double click opens the desk; the first time, the project is installed.
chcp 65001 >nul
cd /d "%~dp0"
where py >nul 2>nul
if errorlevel 1 (python lancer.py bureau) else (py lancer.py bureau)
if errorlevel 1 pause
