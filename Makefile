# 话术 · Huashu. The two commands to know: `make run` and `make test`.
# Everything lives in .venv; it is set up again only when pyproject.toml or constraints.txt change.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
TORCH := torch==2.13.0
CPU_WHEELS := https://download.pytorch.org/whl/cpu
BROWSERS := chromium chromium-browser google-chrome-stable google-chrome

.PHONY: setup run test bench lint
.DELETE_ON_ERROR:

setup: .venv/.ready

run: .venv/.ready
	@$(BIN)/huashu serve --samples

lint: .venv/.ready-for-tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

test: lint
	OMP_NUM_THREADS=1 $(BIN)/pytest -q -n 2 --dist worksteal --ignore=tests/browser
	@if $(foreach name,$(BROWSERS),command -v $(name) >/dev/null ||) false; then \
		$(BIN)/pytest -q tests/browser; \
	elif [ "$${HUASHU_REQUIRE_BROWSER:-}" = 1 ]; then \
		echo "HUASHU_REQUIRE_BROWSER=1，但没有找到 Chromium：apt-get install chromium fonts-wqy-microhei" >&2; exit 1; \
	else \
		echo "没有找到 Chromium，浏览器测试未运行 · no Chromium found, browser tests not run"; \
	fi

bench: .venv/.ready-for-tests
	@set -e; for file in benchmarks/*.py; do \
		echo "== $$file"; $(BIN)/python -m benchmarks.$$(basename $$file .py); \
	done

.venv/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "需要 Python 3.11 或更新的版本（现在是 $$($(PYTHON) --version 2>&1)）；装好后可用 make PYTHON=python3.11 指定。" >&2; exit 1; }
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv || { \
		echo "无法创建虚拟环境；Debian/Ubuntu 请先 apt-get install python3-venv。" >&2; rm -rf .venv; exit 1; }
	@echo "安装 PyTorch（CPU 版）…"
	@if [ "$$(uname -s)" = Linux ] && $(BIN)/python -c \
		"import urllib.request as r; r.urlopen('$(CPU_WHEELS)/torch/', timeout=3).read(1)" 2>/dev/null; then \
		$(PIP) install --no-deps --index-url $(CPU_WHEELS) $(TORCH); \
	else \
		$(PIP) install -c constraints.txt $(TORCH); \
	fi
	@echo "安装其余依赖…"
	$(PIP) install -c constraints.txt -e .
	@! $(PIP) list --format=freeze | grep -i '^nvidia-' || { \
		echo "装进了 GPU 版的包（见上）：请改用能访问 $(CPU_WHEELS) 的网络，删除 .venv 后重试。" >&2; exit 1; }
	@touch $@

.venv/.ready-for-tests: .venv/.ready
	$(PIP) install -q -c constraints.txt -e '.[test]'
	@touch $@
