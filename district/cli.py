"""``loa``: the command-line program. Flask's own commands lie beneath it (``loa routes``, ``loa shell``)."""

from __future__ import annotations

import base64
import json
import os
import secrets
import signal
import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import FlaskGroup

from district import app as application
from district import migrate
from district.bench import run as bench
from district.cli_paths import GUNICORN_CONF
from district.config import BadConfiguration, Config
from district.demo import runner
from district.plugins_kit import commands
from tenants.accounts import queries as account_queries
from tenants.accounts import service as accounts
from tenants.accounts.permissions import ROLES
from tenants.db import transaction
from tenants.errors import NotFound, Refused
from tenants.jobs.worker import Worker
from tenants.plans.importer import UnreadablePlan, accuracy, read_plan
from tenants.units import queries as units
from tenants.units import service as unit_service


def _create_app() -> Flask:
    try:
        return application.create_app()
    except BadConfiguration as problem:
        raise click.ClickException(str(problem)) from problem


@click.group(cls=FlaskGroup, create_app=_create_app, add_version_option=False)
def main() -> None:
    """Loa Trường: dịch vụ truyền thông cho các trường của một cơ quan quản lý giáo dục."""


def _config() -> Config:
    try:
        return Config.from_env()
    except BadConfiguration as problem:
        raise click.ClickException(str(problem)) from problem


@main.command("serve", with_appcontext=False)
@click.option("--bind", help="địa chỉ và cổng, ví dụ 127.0.0.1:8000")
def serve(bind: str | None) -> None:
    """Chạy máy chủ web (gunicorn)."""
    _config()
    if bind:
        os.environ["LOA_BIND"] = bind
    os.execv(  # noqa: S606  (the server takes this process over)
        sys.executable, [sys.executable, "-m", "gunicorn", "-c", str(GUNICORN_CONF), "wsgi:create_app()"]
    )


@main.command()
@click.option("--threads", default=4, show_default=True, help="số việc làm cùng lúc")
def worker(threads: int) -> None:
    """Chạy máy phát hành: làm các việc trong hàng đợi."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    application.serve_logs(app.extensions["loa.config"])
    running = Worker(app, threads)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: running.stop.set())
    running.run_forever()


@main.command("migrate", with_appcontext=False)
@click.argument("revision", default="head")
def migrate_command(revision: str) -> None:
    """Đưa cơ sở dữ liệu lên phiên bản mới nhất (hoặc phiên bản nêu tên)."""
    migrate.upgrade(_config().migration_url, revision)
    click.echo("Cơ sở dữ liệu đã ở phiên bản mới nhất." if revision == "head" else f"Đã lên phiên bản {revision}.")


@main.command("downgrade", with_appcontext=False)
@click.argument("revision")
def downgrade_command(revision: str) -> None:
    """Đưa cơ sở dữ liệu lùi về một phiên bản; dữ liệu của các bảng bị bỏ sẽ mất."""
    migrate.downgrade(_config().migration_url, revision)
    click.echo(f"Đã lùi về phiên bản {revision}.")


@main.command("grant", with_appcontext=False)
@click.argument("role")
def grant_command(role: str) -> None:
    """Cho vai trò PostgreSQL ROLE (không sở hữu bảng) quyền làm việc trên mọi bảng."""
    migrate.grant(_config().migration_url, role)
    click.echo(f"Vai trò {role} đã có quyền.")


@main.command("keys", with_appcontext=False)
def keys_command() -> None:
    """In ra các khóa ngẫu nhiên cho cấu hình."""
    click.echo(f"LOA_SECRET_KEY={secrets.token_urlsafe(48)}")
    click.echo(f"LOA_SECRETS_KEYS={base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}")


@main.group()
def plan() -> None:
    """Đọc tệp kế hoạch."""


@plan.command("read", with_appcontext=False)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def plan_read(file: Path) -> None:
    """In ra (JSON) những gì chương trình đọc được từ FILE (.docx, .doc, .pdf hoặc .txt)."""
    try:
        found = read_plan(file.read_bytes(), file.name)
    except UnreadablePlan as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    click.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=2))


@plan.command("check-import", with_appcontext=False)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--differences", is_flag=True, help="in cả những chỗ đọc khác với mong đợi")
@click.option(
    "--expectations",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="thư mục chứa các tệp kết quả mong đợi, nếu không đặt cạnh kế hoạch",
)
def plan_check_import(folder: Path, differences: bool, expectations: Path | None) -> None:
    """In ra mỗi tệp kế hoạch trong FOLDER được đọc đúng bao nhiêu, theo từng mục.

    Mỗi tệp x.docx, x.doc, x.pdf hay x.txt cần có x.expected.json đặt cạnh: kết quả mong đợi, cùng dạng với `loa plan
    read`; mục nào bỏ trống thì không chấm. Cách viết: docs/add-a-plan.md.
    """
    measured = list(accuracy.measure_folder(folder, expectations))
    for one in measured:
        if one.problem:
            click.echo(f"{one.path.name}: KHÔNG CHẤM ĐƯỢC, {one.problem}")
            continue
        click.echo(f"{one.path.name}: đúng {one.right}/{one.total} ({one.right / max(one.total, 1):.1%})")
        for score in one.scores:
            click.echo(f"  {score.field:<24}{score.right:>5}/{score.total}")
            if differences:
                for difference in score.differences:
                    click.echo(f"      {difference}")
    if not measured:
        raise click.ClickException("Thư mục không có tệp .docx, .doc, .pdf hay .txt nào.")
    total, right = sum(one.total for one in measured), sum(one.right for one in measured)
    click.echo(f"Cộng: đúng {right}/{total} ({right / max(total, 1):.1%})")
    if any(one.problem for one in measured):
        raise click.exceptions.Exit(1)


main.add_command(commands.plugins)
main.add_command(commands.simulate)


@main.group()
def user() -> None:
    """Tài khoản người dùng."""


@user.command("create")
@click.argument("sign_in_name")
@click.option("--name", required=True, help="họ và tên")
@click.option("--unit", "slug", required=True, help="địa chỉ của đơn vị")
@click.option("--role", required=True, type=click.Choice(list(ROLES)))
@click.password_option(help="mật khẩu; bỏ trống để được hỏi")
def user_create(sign_in_name: str, name: str, slug: str, role: str, password: str) -> None:
    """Tạo một tài khoản và giao một vai trò trong đơn vị."""
    try:
        with transaction():
            unit = units.by_slug(slug)
            created = accounts.create_user(sign_in_name=sign_in_name, name=name, password=password)
            accounts.grant(created, unit.id, role)
    except NotFound as missing:
        raise click.ClickException(f"Không có đơn vị nào ở địa chỉ «{slug}».") from missing
    except Refused as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    click.echo(f"Đã tạo tài khoản {sign_in_name}.")


@user.command("password")
@click.argument("sign_in_name")
@click.password_option()
def user_password(sign_in_name: str, password: str) -> None:
    """Đặt lại mật khẩu; người đó bị đăng xuất ở mọi nơi."""
    try:
        with transaction():
            found = account_queries.by_sign_in_name(sign_in_name)
            accounts.set_password(found, password)
    except NotFound as missing:
        raise click.ClickException(f"Không có tài khoản «{sign_in_name}».") from missing
    except Refused as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    click.echo("Đã đặt lại mật khẩu.")


@main.group("unit")
def unit_group() -> None:
    """Đơn vị trong cây tổ chức."""


@unit_group.command("create")
@click.argument("slug")
@click.option("--type", "type_code", required=True, help="mã loại đơn vị, ví dụ commune_office, primary")
@click.option("--name", required=True)
@click.option("--under", help="địa chỉ của cấp trên")
@click.option("--symbol", default="", help="chữ viết tắt trong số, ký hiệu văn bản")
@click.option("--place", default="", help="địa danh ghi trên văn bản")
def unit_create(slug: str, type_code: str, name: str, under: str | None, symbol: str, place: str) -> None:
    """Tạo một đơn vị, đặt dưới cấp trên nếu có."""
    try:
        with transaction():
            created = unit_service.found_unit(slug=slug, type_code=type_code, name=name, symbol=symbol, place=place)
            if under:
                unit_service.place_under(created, units.by_slug(under))
    except NotFound as missing:
        raise click.ClickException(f"Không có đơn vị nào ở địa chỉ «{under}».") from missing
    except Refused as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    click.echo(f"Đã tạo đơn vị {name}.")


@main.command("demo", with_appcontext=False)
@click.option("--port", default=8000, show_default=True, help="cổng trên máy này")
@click.option("--reset", is_flag=True, help="xóa dữ liệu minh họa và nạp lại từ đầu")
@click.option("--folder", default="var/demo", show_default=True, type=click.Path(path_type=Path), help="nơi để dữ liệu")
def demo_command(port: int, reset: bool, folder: Path) -> None:
    """Chạy thử với một cơ quan và các trường hư cấu."""
    runner.run(folder, port, reset)


@main.command("bench", with_appcontext=False)
@click.option("--output", help="tệp JSON để ghi kết quả (mặc định: biến BENCH_JSON)")
@click.option("--only", multiple=True, type=click.Choice(list(bench.PARTS)), help="chỉ đo phần này (nhiều lần được)")
@click.option("--schools", default=1000, show_default=True, help="số trường trong các phép đo nhiều trường")
def bench_command(output: str | None, only: tuple[str, ...], schools: int) -> None:
    """Đo tỷ lệ so với mốc, trong cùng một lần chạy."""
    bench.run(output, only, schools)


if __name__ == "__main__":
    main()
