# Loa Trường. `make help` lists the tasks.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help install demo demo-reset test soak lint format bench translations screenshots clean

help: ## liệt kê các việc
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 26

SOURCES := $(wildcard frontend/src/*) frontend/build.mjs frontend/package-lock.json $(wildcard tenants/translations/*/LC_MESSAGES/*.po)

$(VENV)/.installed: pyproject.toml requirements-dev.lock hatch_build.py $(SOURCES)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

install: $(VENV)/.installed ## môi trường ảo và các thư viện đã khóa phiên bản

demo: install ## chạy thử với dữ liệu minh họa (PORT=8000)
	@$(BIN)/loa demo --port $(PORT)

demo-reset: install ## xóa dữ liệu minh họa và nạp lại từ đầu
	@$(BIN)/loa demo --port $(PORT) --reset

# Dozens of processes start in a run: what is compiled is kept.
test soak: export PYTHONDONTWRITEBYTECODE :=

test: install ## các phép thử, trên SQLite và PostgreSQL
	$(BIN)/python -m pytest -n 3 --dist worksteal

soak: install ## các phép thử dài: mọi phép thử trên cả hai cơ sở dữ liệu; máy phát hành bị tắt ở mọi bước, mọi câu trả lời bị mất
	$(BIN)/python -m pytest -n 2 --dist worksteal --database all -m "soak or not soak"

lint: install ## ruff và mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: install ## sửa định dạng mã nguồn
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: install ## đo tỷ lệ so với mốc, in bảng (BENCH_JSON=tệp để ghi)
	$(BIN)/loa bench

screenshots: install ## chụp mọi trang ở 390 và 1280 px vào var/screenshots
	$(BIN)/python tests/screenshots.py var/screenshots

translations: install ## cập nhật các bản dịch từ mã nguồn
	$(BIN)/pybabel -q extract -F babel.cfg -k _l -k lazy_gettext --no-location --sort-output -o messages.pot .
	$(BIN)/pybabel -q update -i messages.pot -d tenants/translations --no-fuzzy-matching
	rm messages.pot
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .

clean: ## bỏ môi trường ảo và dữ liệu minh họa
	rm -rf $(VENV) var
