from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from api.accounts import (
    LINK_LASTS,
    SESSION_LASTS,
    account_of_session,
    check_password,
    close_session,
    create_account,
    create_login_link,
    drop_expired_logins,
    get_account,
    identity_of_account,
    is_loopback,
    open_session,
    set_active,
    set_password,
    use_login_link,
)
from api.errors import (
    AccountExistsError,
    AccountNotFoundError,
    InvalidRequestError,
    NotLoggedInError,
    TooManyAttemptsError,
)
from api.identity import Role
from api.passwords import BEHIND_PROXY, MAX_FAILURES_PER_HOST, NOBODY, FailedLogins, PasswordHasher
from api.tables import Account, LoginLink, LoginSession
from coaching.tables import Agent

HERE, AFAR = "127.0.0.1", "203.0.113.9"
MakeAccount = Callable[..., Account]


def test_password_is_stored_as_argon2id_and_opens_the_account(session: Session, account: MakeAccount, clock) -> None:
    made = account(password="红豆生南国2026")
    assert made.password_hash is not None
    assert made.password_hash.startswith("$argon2id$")
    assert "红豆" not in made.password_hash
    assert check_password(session, FailedLogins(), "小林", "红豆生南国2026", clock(), AFAR).id == made.id


def test_name_in_full_width_is_the_same_name(session: Session, account: MakeAccount, clock) -> None:
    account("lin01", password="red-bean-2026")
    assert check_password(session, FailedLogins(), " lin01 ", "red-bean-2026", clock(), AFAR).name == "lin01"
    with pytest.raises(AccountExistsError):
        account("lin01")


@pytest.mark.parametrize("name", ["小林", "没有这个人"])
def test_wrong_name_and_wrong_password_are_told_alike(session: Session, account: MakeAccount, clock, name: str) -> None:
    account(password="red-bean-2026")
    with pytest.raises(NotLoggedInError, match="账号或密码不对"):
        check_password(session, FailedLogins(), name, "wrong-password", clock(), AFAR)


def test_unknown_name_costs_a_hash_of_the_same_strength() -> None:
    assert not PasswordHasher().check_needs_rehash(NOBODY)


def test_sixth_guess_of_a_password_is_refused_until_five_minutes_have_passed(
    session: Session, account: MakeAccount, clock
) -> None:
    account(password="red-bean-2026")
    failed = FailedLogins()
    for _ in range(5):
        with pytest.raises(NotLoggedInError):
            check_password(session, failed, "小林", "guess", clock(), AFAR)
    with pytest.raises(TooManyAttemptsError, match="5 分钟后"):
        check_password(session, failed, "小林", "red-bean-2026", clock(), "198.51.100.7")
    clock.advance(timedelta(minutes=5))
    assert check_password(session, failed, "小林", "red-bean-2026", clock(), AFAR).name == "小林"


def test_one_address_guessing_many_names_is_refused(clock) -> None:
    failed = FailedLogins()
    for number in range(20):
        failed.check(f"name{number}", AFAR, clock())
        failed.add(f"name{number}", AFAR, clock())
    with pytest.raises(TooManyAttemptsError):
        failed.check("another", AFAR, clock())
    failed.check("another", HERE, clock())


@pytest.mark.parametrize("password", ["short", "x" * 201])
def test_unusable_password_is_refused_by_name_of_the_field(account: MakeAccount, password: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        account(password=password)
    assert caught.value.problems[0]["field"] == "password"


@pytest.mark.parametrize("name", ["", "  ", "名" * 101])
def test_unusable_name_is_refused(account: MakeAccount, name: str) -> None:
    with pytest.raises(InvalidRequestError):
        account(name)


def test_new_password_ends_sessions_and_links(session: Session, account: MakeAccount, clock) -> None:
    made = account(password="red-bean-2026")
    secret, link = open_session(session, made, clock()), create_login_link(session, made, clock())
    set_password(session, made, "another-2026")
    assert account_of_session(session, secret, clock(), AFAR) is None
    with pytest.raises(NotLoggedInError):
        use_login_link(session, link, clock(), AFAR)


def test_inactive_account_is_let_in_nowhere(session: Session, account: MakeAccount, clock) -> None:
    made = account(password="red-bean-2026")
    secret, link = open_session(session, made, clock()), create_login_link(session, made, clock())
    set_active(session, made, is_active=False)
    late = create_login_link(session, made, clock())
    assert account_of_session(session, secret, clock(), AFAR) is None
    for unusable in (link, late):
        with pytest.raises(NotLoggedInError):
            use_login_link(session, unusable, clock(), AFAR)
    with pytest.raises(NotLoggedInError):
        check_password(session, FailedLogins(), "小林", "red-bean-2026", clock(), AFAR)


def test_session_ends_after_twelve_hours_and_at_logout(session: Session, account: MakeAccount, clock) -> None:
    secret, other = (
        open_session(session, account(), clock()),
        open_session(session, get_account(session, "小林"), clock()),
    )
    close_session(session, other)
    assert account_of_session(session, other, clock(), AFAR) is None
    clock.advance(SESSION_LASTS - timedelta(seconds=1))
    assert account_of_session(session, secret, clock(), AFAR) is not None
    clock.advance(timedelta(seconds=1))
    assert account_of_session(session, secret, clock(), AFAR) is None


def test_login_link_opens_once(session: Session, account: MakeAccount, clock) -> None:
    link = create_login_link(session, account(), clock())
    assert use_login_link(session, link, clock(), AFAR).name == "小林"
    with pytest.raises(NotLoggedInError, match="只能用一次"):
        use_login_link(session, link, clock(), AFAR)


def test_login_link_is_dead_after_a_day(session: Session, account: MakeAccount, clock) -> None:
    link = create_login_link(session, account(), clock())
    clock.advance(LINK_LASTS)
    with pytest.raises(NotLoggedInError):
        use_login_link(session, link, clock(), AFAR)


def test_demo_account_is_let_in_on_this_machine_only(session: Session, account: MakeAccount, clock) -> None:
    demo = account("演示客服", is_demo=True)
    link = create_login_link(session, demo, clock())
    with pytest.raises(NotLoggedInError, match="本机"):
        use_login_link(session, link, clock(), AFAR)
    assert use_login_link(session, link, clock(), HERE).id == demo.id
    secret = open_session(session, demo, clock())
    assert account_of_session(session, secret, clock(), AFAR) is None
    assert account_of_session(session, secret, clock(), "::1") is not None


def test_secrets_are_not_in_the_database(session: Session, account: MakeAccount, clock) -> None:
    made = account()
    secrets = {open_session(session, made, clock()), create_login_link(session, made, clock())}
    stored = {*session.exec(select(LoginSession.secret_hash)), *session.exec(select(LoginLink.secret_hash))}
    assert len(stored) == 2
    assert stored.isdisjoint(secrets)


def test_expired_logins_are_cleared(session: Session, account: MakeAccount, clock) -> None:
    made = account()
    open_session(session, made, clock())
    clock.advance(SESSION_LASTS)
    create_login_link(session, made, clock())
    assert drop_expired_logins(session, clock()) == 1
    assert len(session.exec(select(LoginLink)).all()) == 1


def test_unknown_agent_is_made_with_the_account(session: Session, account: MakeAccount) -> None:
    made = account("小周", agent="A007")
    assert session.exec(select(Agent.name).where(col(Agent.code) == "A007")).one() == "小周"
    assert identity_of_account(made).agent == "A007"


def test_account_without_shops_sees_all_and_with_shops_only_those(session: Session, clock) -> None:
    everywhere = identity_of_account(create_account(session, "甲", Role.LEAD, [], clock()))
    somewhere = identity_of_account(create_account(session, "乙", Role.AGENT, ["mian"], clock()))
    assert everywhere.may_see("zao")
    assert somewhere.may_see("mian")
    assert somewhere.may_see(None)
    assert not somewhere.may_see("zao")


def test_missing_account_is_told_with_the_way_out(session: Session) -> None:
    with pytest.raises(AccountNotFoundError, match="create-account"):
        get_account(session, "谁")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("10.0.0.1", False),
        ("proxy", False),
        ("", False),
        ("::ffff:10.0.0.1", False),
    ],
)
def test_loopback_is_told_from_other_addresses(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_each_role_may_do_what_the_ones_before_it_may() -> None:
    order = [Role.AGENT, Role.TRAINER, Role.LEAD, Role.ADMIN]
    for place, role in enumerate(order):
        assert [role.allows(needed) for needed in order] == [at <= place for at in range(4)]


def test_people_behind_a_proxy_do_not_lock_each_other_out(clock) -> None:
    failed = FailedLogins()
    for number in range(MAX_FAILURES_PER_HOST):
        failed.add(f"员工{number}", BEHIND_PROXY, clock())
        failed.add("小林", BEHIND_PROXY, clock())
        failed.add(f"员工{number}", AFAR, clock())
    failed.check("小周", BEHIND_PROXY, clock())
    for name, host in (("小林", BEHIND_PROXY), ("小周", AFAR)):
        with pytest.raises(TooManyAttemptsError):
            failed.check(name, host, clock())
