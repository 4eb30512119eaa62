"""Installing by the pages: from "Add to Slack" to the first message, and each way in which it ends early."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.slack.installation import OPTIONAL_SCOPES, SCOPES
from coaching.members import MemberKey
from storage import members, workspaces
from storage.installs import installs
from tests.installs.many import GROUP, HARBOR, LAB, LARK, NORTH, SOUTH, Answer, Many
from tests.stage import BOTH

SECURITY = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


def check_page(answer: Answer) -> None:
    """Check what holds for every page: no scripts, no requests to anywhere, readable on a phone."""
    for name, value in SECURITY.items():
        assert answer.headers[name] == value
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "width=device-width" in answer.text
    assert not re.findall(r"<script|<img|<iframe|<link|\bon\w+=|url\((?!\s*\))", answer.text)
    assert answer.title


async def nothing_installed(many: Many) -> None:
    async with many.database.read() as session:
        assert not await installs.list_page(session)
        assert not await workspaces.ids(session)


async def test_the_first_page_says_what_it_is_and_leads_to_slack(many: Many) -> None:
    browser = many.browser()
    first = await browser.get("/")
    check_page(first)
    assert 'href="/slack/install">Add to Slack</a>' in first.text
    assert all(scope in first.text for scope in SCOPES)
    begun = await browser.get("/slack/install")
    assert begun.status == 302
    there = urlsplit(begun.location)
    query = parse_qs(there.query)
    assert f"{there.scheme}://{there.netloc}/api/" == many.playground.api_url
    assert query["scope"] == [",".join(sorted(SCOPES))]
    assert query["redirect_uri"] == [f"{many.address}/slack/oauth_redirect"]
    cookie = begun.headers["set-cookie"]
    assert cookie.startswith(f"rungs-install={query['state'][0]}; Max-Age=600; ")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie  # on this machine, by http


@BOTH
async def test_a_workspace_installs_and_its_admin_gets_one_message(many: Many) -> None:
    done = await many.installs(LARK)
    check_page(done)
    assert done.status == 200
    assert done.title == "Rungs is installed in Lark &amp; Sons"
    assert 'content="0; url=slack://app?team=T0LARKSONS0&amp;id=' in done.text
    assert 'href="https://slack.com/app_redirect?app=' in done.text
    assert "<code>/rungs team follow</code>" in done.text
    row, workspace = await many.row(LARK), await many.workspace(LARK)
    assert row
    assert workspace
    assert (row.installed_by, workspace.name) == (many.admin(LARK), "Lark & Sons")
    assert set(row.scopes.split(",")) == set(SCOPES)
    await many.run_jobs()
    (welcome,) = many.reads(LARK, many.admin(LARK))
    assert "three" in welcome.lower()
    assert "type `/rungs admin`" in welcome
    await many.installs(LARK)
    await many.run_jobs()
    await many.at(LARK).open_home(many.admin(LARK), "messages")
    await many.settle()
    assert len(many.reads(LARK, many.admin(LARK))) == 1


async def test_who_is_no_admin_reads_who_can_go_on(many: Many) -> None:
    await many.installs(LAB, many.member(LAB))
    await many.run_jobs()
    (welcome,) = many.reads(LAB, many.member(LAB))
    assert "up to its owners and admins" in welcome


async def test_each_workspace_has_its_own_answers(many: Many) -> None:
    await many.installs(LARK)
    await many.installs(LAB)
    for team in (LARK, LAB):
        who = many.admin(team)
        await many.at(team).message(who, many.playground.workspaces[team].dm(who).id, "help")
        await many.settle()
        assert any("/rungs" in text for text in many.reads(team, who))
    assert await many.token(LARK) != await many.token(LAB)


async def test_a_canceled_install_leaves_nothing(many: Many) -> None:
    browser = many.browser()
    await browser.get("/slack/install")
    answer = await browser.get("/slack/oauth_redirect?error=access_denied&state=")
    check_page(answer)
    assert answer.title == "You canceled the install"
    await nothing_installed(many)


async def test_without_our_state_people_are_led_to_the_beginning(many: Many) -> None:
    answer = await many.browser().get("/slack/oauth_redirect?code=1.2.3")
    check_page(answer)
    assert (answer.status, answer.title) == (400, "Start the install here")
    assert 'href="/slack/install"' in answer.text
    await nothing_installed(many)


async def test_a_state_is_of_one_browser(many: Many) -> None:
    stolen = await many.consents(LARK)
    for thief in (many.browser(), many.browser()):
        await thief.get("/slack/install")
        answer = await thief.get(stolen)
        check_page(answer)
        assert answer.title.startswith("This isn&#x27;t the browser")
    await nothing_installed(many)


async def test_a_state_works_once(many: Many) -> None:
    browser = many.browser()
    link = await many.consents(LARK, browser=browser)
    state = parse_qs(urlsplit(link).query)["state"][0]
    first = await browser.get(link)
    assert first.status == 200
    assert first.headers["set-cookie"].startswith("rungs-install=; Max-Age=0; ")
    answer = await many.browser().get(link, cookie=f"rungs-install={state}")
    check_page(answer)
    assert (answer.status, answer.title) == (400, "This install link is no longer valid")


async def test_a_state_is_good_for_ten_minutes(many: Many) -> None:
    browser = many.browser()
    link = await many.consents(LARK, browser=browser)
    many.moves_on(minutes=10, seconds=1)
    answer = await browser.get(link)
    assert answer.title == "This install link is no longer valid"
    await nothing_installed(many)


async def test_a_code_that_slack_does_not_know_is_said(many: Many) -> None:
    browser = many.browser()
    link = await many.consents(LARK, browser=browser)
    answer = await browser.get(re.sub(r"code=[^&]*", "code=1.2.3", link))
    check_page(answer)
    assert answer.title == "Slack didn&#x27;t confirm the install"
    await nothing_installed(many)


async def test_too_few_permissions_change_nothing(many: Many) -> None:
    few = sorted(set(SCOPES) - {"im:write", "users:read"})
    answer = await many.installs(LARK, scopes=few)
    check_page(answer)
    assert answer.title == "Rungs needs more permissions"
    assert "<code>im:write</code>, <code>users:read</code>" in answer.text
    await nothing_installed(many)


async def test_an_admin_who_installs_with_fewer_permissions_takes_none_away(many: Many) -> None:
    await many.installs(LARK)
    many.moves_on(seconds=11)
    few = sorted(set(SCOPES) - {"im:write"})
    assert (await many.installs(LARK, many.member(LARK), scopes=few)).status == 200
    row = await many.row(LARK)
    assert row
    assert set(row.scopes.split(",")) == set(SCOPES)
    await many.leaves(LARK)
    refused = await many.installs(LARK, scopes=few)
    assert refused.title == "Rungs needs more permissions"
    assert await many.token(LARK) is None


async def test_slack_that_does_not_answer_is_said(many: Many) -> None:
    browser = many.browser()
    link = await many.consents(LARK, browser=browser)
    many.playground.faults.add("oauth.v2.access", "cut_before")
    answer = await browser.get(link)
    check_page(answer)
    assert (answer.status, answer.title) == (502, "Slack didn&#x27;t answer")
    await nothing_installed(many)


async def test_somebody_else_who_was_quicker_is_said(many: Many) -> None:
    await many.installs(LARK)
    first = await many.token(LARK)
    answer = await many.installs(LARK, many.member(LARK))
    check_page(answer)
    assert (answer.status, answer.title) == (409, "Someone else installed Rungs here a moment ago")
    assert await many.token(LARK) == first
    many.moves_on(seconds=11)
    assert (await many.installs(LARK, many.member(LARK))).status == 200
    assert await many.token(LARK) != first


@pytest.mark.parametrize(
    "query",
    ["error=%3Cscript%3E", "error=org_login_required", "state=%00&code=x", "state=a&code=", "x=y"],
)
async def test_what_anybody_writes_into_the_address_does_nothing(many: Many, query: str) -> None:
    answer = await many.browser().get(f"/slack/oauth_redirect?{query}")
    check_page(answer)
    assert "script" not in answer.text
    await nothing_installed(many)


async def test_an_option_asks_for_one_more_permission_with_its_reason(many: Many) -> None:
    browser = many.browser()
    answer = await browser.get("/slack/install?with=usergroups:read")
    check_page(answer)
    assert OPTIONAL_SCOPES["usergroups:read"] in answer.text
    address = re.search(r'href="([^"]+)">Continue to Slack', answer.text)
    assert address
    assert "usergroups%3Aread" in address[1]
    assert "set-cookie" in answer.headers
    for wrong in ("admin", "chat:write", "usergroups:write"):
        refused = await browser.get(f"/slack/install?with={wrong}")
        check_page(refused)
        assert refused.status == 400


async def test_a_team_in_the_link_is_an_id_or_left_out(many: Many) -> None:
    browser = many.browser()
    assert "&team=T0LARKSONS0" in (await browser.get(f"/slack/install?team={LARK}")).location
    assert "team" not in (await browser.get("/slack/install?team=T1%26scope=admin")).location


async def test_a_workspace_that_had_its_own_token_keeps_its_rows(many: Many) -> None:
    async with many.database.write() as session:
        await workspaces.connect(session, HARBOR, "Harbor", now=many.bot.coaching.service.now())
        ada = MemberKey(HARBOR, "U0ADAOKAFOR")
        await members.save_family(session, ada, "sales", now=many.bot.coaching.service.now())
    await many.installs(HARBOR)
    async with many.database.read() as session:
        kept = await members.get(session, ada)
    assert kept
    assert kept.family == "sales"


async def test_an_organization_installs_for_the_teams_that_are_added(many: Many) -> None:
    done = await many.installs(NORTH, for_organization=True)
    check_page(done)
    assert done.title == "Rungs is installed in Mill Group"
    assert "choose the workspaces" in done.text
    assert await many.workspace(NORTH) is None
    await many.at(NORTH).lifecycle("team_access_granted")
    await many.settle()
    north = await many.workspace(NORTH)
    assert north
    assert (north.name, north.enterprise_id) == ("Mill North", GROUP)
    await many.run_jobs()
    assert len(many.reads(NORTH, many.admin(NORTH))) == 1
    await many.at(SOUTH).lifecycle("team_access_granted")
    await many.settle()
    who = many.admin(SOUTH)
    await many.at(SOUTH).message(who, many.playground.workspaces[SOUTH].dm(who).id, "help")
    await many.settle()
    assert any("/rungs" in text for text in many.reads(SOUTH, who))


async def test_no_token_is_ever_used_for_another_workspace(many: Many) -> None:
    """Look at every call: what it names belongs to the workspace, or the organization, of its token."""
    for team in (LARK, LAB):
        await many.installs(team)
    await many.installs(NORTH, for_organization=True)
    await many.at(NORTH).lifecycle("team_access_granted")
    await many.settle()
    for team in (LARK, LAB, NORTH):
        who = many.admin(team)
        await many.at(team).message(who, many.playground.workspaces[team].dm(who).id, "assess")
        await many.at(team).open_home(who)
    await many.run_jobs()
    seen = set()
    for call in many.playground.calls:
        for name in ("channel", "user", "user_id", "users", "channel_id"):
            holder = many.playground.holder_of(str(call.arguments.get(name, "")))
            if holder:
                assert call.team in (holder, many.playground.workspaces[holder].organization), call
                seen.add((holder, call.team))
    assert seen == {(LARK, LARK), (LAB, LAB), (NORTH, GROUP)}
