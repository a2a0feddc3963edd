# The tests once more under coverage: the whole project at least 90 %, the pure floor every branch.
set -e
BIN=${BIN:-.venv/bin}
rm -f .coverage .coverage.*
$BIN/coverage run -m pytest -q -p no:cacheprovider
$BIN/coverage combine -q
$BIN/coverage report --fail-under=90 --format=total >/dev/null || { $BIN/coverage report | tail -60; echo "below 90 %"; exit 1; }
$BIN/coverage report --include='tracker/core/*' --fail-under=100
$BIN/coverage report --format=total
