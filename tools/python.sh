# Print a Python that flowc runs on and that can make environments, or say what is missing. `PYTHON=...` names one.
for python in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if "$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
        command -v "$python"
        exit 0
    fi
done
echo "flowc needs Python 3.11, 3.12 or 3.13 with its venv module, and found none as: ${PYTHON:-python3 python3.13 python3.12 python3.11}." >&2
echo "The default is: $(python3 -VV 2>&1). On Debian and Ubuntu also install python3-venv. Another one: make PYTHON=/path/to/python3.12" >&2
exit 1
