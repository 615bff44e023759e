using System.Net;
using System.Text;
using Vigil.Server.Features.LegalProcess;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Destinations;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Preservation;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.LegalProcess;

/// <summary>A second person confirms what they read, and no more than that leaves.</summary>
public class FixedReleaseTests
{
    private const string Why = "The order names it.";

    [Fact(Timeout = 120_000)]
    public async Task A_second_person_reads_all_of_it_and_confirms_nothing_that_was_asked_for_since()
    {
        await using var desk = await Desk.OpenAsync();
        var (reference, one) = await desk.ContentAsync("user-1", [1, 2, 3]);
        var two = await desk.BringAsync(reference, [4, 5, 6, 7]);
        var id = await desk.ReviewAsync("court_order", [new { caseRef = reference.Value }], desk.Officer);
        Assert.Equal("", await desk.Custodian.FormAsync(id, "release", ("content", one), ("reason", Why)));

        var page = await desk.PageAsync(id);
        var asked = (await desk.Server.ShowAsync(id)).GetProperty("asked");
        foreach (
            var shown in new[]
            {
                one,
                "3</td>",
                reference.Value,
                Why,
                "Example Police, unit 4, US, 12/2026",
                asked.Text("fingerprint"),
                "recorded by person:filing-officer-3",
                asked.Text("read"),
            }
        )
        {
            Assert.Contains(shown, page, StringComparison.Ordinal);
        }
        Assert.DoesNotContain(
            two,
            page[..page.IndexOf("release/approve", StringComparison.Ordinal)],
            StringComparison.Ordinal
        );

        // Stopped and asked for anew with more, or simply asked for anew: what was read is not what waits.
        (string, string)[] more = [("content", one), ("content", two), ("reason", Why)];
        Assert.Equal("", await desk.Custodian.FormAsync(id, "release/stop", ("reason", "More of it.")));
        Assert.Equal("", await desk.Custodian.FormAsync(id, "release", more));
        var late = await desk.Officer.SendAsync($"/console/legal-process/{id}/release/approve", page);
        Assert.Equal((HttpStatusCode.Conflict, "asked_anew"), (late.Status, late.Code));
        Assert.Contains("called off by person:custodian-2", late.Text, StringComparison.Ordinal);
        var before = await desk.PageAsync(id);
        Assert.Equal("", await desk.AskAgainAsync(id, ("content", two), ("reason", Why)));
        late = await desk.Officer.SendAsync($"/console/legal-process/{id}/release/approve", before);
        Assert.Equal("asked_anew", late.Code);
        Assert.Contains(
            "another was asked for in its place",
            await desk.PageAsync(id),
            StringComparison.Ordinal
        );
        Assert.Equal("read_missing", await desk.Officer.FormAsync(id, "release/approve", ("read", "")));
        Assert.Equal("scope_review", LegalDesk.StateOf(await desk.Server.ShowAsync(id)));
        Assert.Equal(2, (await desk.Server.LedgerAsync("second_person.withdrawn")).Count);

        Assert.Equal("", await desk.Officer.FormAsync(id, "release/approve"));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_changes_after_the_ask_makes_it_void_and_both_are_told()
    {
        await using var desk = await Desk.OpenAsync();
        var (reference, content) = await desk.ContentAsync("user-1", [1, 2, 3]);
        await desk.ContentAsync("user-2", [4, 5, 6]);
        var id = await desk.ReviewAsync(
            "court_order",
            [new { account = "user-1" }, new { caseRef = reference.Value }],
            desk.Officer
        );
        (string, string)[] ask = [("content", content), ("facts", "on"), ("reason", Why)];

        await VoidAsync(
            "something was added",
            () =>
                desk.Server.PostAsync(
                    $"/v1/legal-process/{id}/scope",
                    new { scope = new[] { new { account = "user-2" } }, reason = "More." }
                )
        );
        await VoidAsync(
            "a later case",
            async () =>
            {
                await desk.Server.PostAsync(
                    $"/v1/cases/{reference}/close",
                    new
                    {
                        because = "duplicate",
                        reason = "A test.",
                        person = ReviewWork.Person,
                    }
                );
                await desk.ContentAsync("user-1", [7, 8, 9]);
            }
        );
        await VoidAsync(
            "another key",
            async () =>
                Assert.Equal("", await desk.Custodian.CallAsync(id, key: SecondReader.NewKeys().Public))
        );
        await VoidAsync(
            "asks for less",
            async () =>
            {
                var entry = (await desk.Server.ShowAsync(id)).GetProperty("scope")[1].Text("id");
                await desk.Server.PostAsync(
                    $"/v1/legal-process/{id}/narrowing",
                    new { remove = new[] { entry }, reason = "Less." }
                );
            }
        );
        // What changes nothing of it leaves it.
        Assert.Equal("", await desk.Custodian.FormAsync(id, "release", ask));
        Assert.Equal("", await desk.Custodian.CallAsync(id, "not_reached"));
        Assert.Equal("", await desk.Officer.CallAsync(id));
        Assert.True(await IsWaitingAsync());
        Assert.DoesNotContain("legal_ask_void", await desk.Server.AlarmsAsync());
        Assert.Equal(4, (await desk.Server.LedgerAsync("legal.ask_void")).Count);

        async Task VoidAsync(string because, Func<Task> change)
        {
            Assert.Equal("", await desk.Custodian.FormAsync(id, "release", ask));
            Assert.True(await IsWaitingAsync());
            var read = await desk.PageAsync(id);
            await change();
            Assert.Contains(because, await desk.PageAsync(id), StringComparison.Ordinal);
            Assert.Contains("legal_ask_void", await desk.Server.AlarmsAsync());
            var late = await desk.Officer.SendAsync($"/console/legal-process/{id}/release/approve", read);
            Assert.Equal("nothing_requested", late.Code);
            Assert.Contains(because, late.Text, StringComparison.Ordinal);
        }

        async Task<bool> IsWaitingAsync() =>
            (await desk.Server.ShowAsync(id)).TryGetProperty("asked", out var asked)
            && asked.GetProperty("isWaiting").GetBoolean();
    }

    [Fact(Timeout = 120_000)]
    public async Task What_comes_into_the_scope_after_the_approval_is_not_in_the_package()
    {
        await using var desk = await Desk.OpenAsync();
        var (reference, _) = await desk.ContentAsync("user-1", [1, 2, 3]);
        var (other, _) = await desk.ContentAsync("user-2", [4, 5, 6]);
        var id = await desk.ReviewAsync("court_order", [new { caseRef = reference.Value }], desk.Officer);
        Assert.Equal("", await desk.Custodian.FormAsync(id, "release", ("facts", "on"), ("reason", Why)));
        Assert.Equal("", await desk.Officer.FormAsync(id, "release/approve"));
        await TestServer.EventuallyAsync(
            async () => LegalDesk.StateOf(await desk.Server.ShowAsync(id)) == "released" ? "so" : null,
            "the package is made"
        );

        await Assert.ThrowsAsync<OperationCanceledException>(() =>
            desk
                .Server.Kernel()
                .Db.SystemAsync<bool>(
                    "test",
                    isWrite: true,
                    async tx =>
                    {
                        await tx.ExecuteAsync(
                            "update legal_request set state = 'Releasing' where tenant = @tenant and id = @id",
                            new { id = Guid.Parse(id) }
                        );
                        await tx.ExecuteAsync(
                            """
                            insert into legal_target (tenant, request_id, place, case_ref, added_at)
                            values (@tenant, @id, @place, @place, @now)
                            """,
                            new
                            {
                                id = Guid.Parse(id),
                                place = other.Value,
                                now = tx.Now,
                            }
                        );
                        var later = await FactsAsync(tx);
                        Assert.Contains(reference.Value, later, StringComparison.Ordinal);
                        Assert.DoesNotContain(other.Value, later, StringComparison.Ordinal);
                        // Nor an item that came into the case since.
                        Assert.Contains("\"itemId\"", later, StringComparison.Ordinal);
                        await tx.ExecuteAsync(
                            "update case_item set at = @at where tenant = @tenant",
                            new { at = tx.Now.AddSeconds(1) }
                        );
                        Assert.DoesNotContain("\"itemId\"", await FactsAsync(tx), StringComparison.Ordinal);
                        throw new OperationCanceledException("Nothing of this is kept.");
                    }
                )
        );

        async Task<string> FactsAsync(Tx tx)
        {
            var plan = (await PlannedPackage.ReadAsync(tx, Guid.Parse(id), Profile.Demo))!;
            using var signer = plan.Signer;
            return Encoding.UTF8.GetString(plan.Content.Facts!);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Where_who_asks_recorded_the_key_the_second_person_calls_the_authority()
    {
        await using var desk = await Desk.OpenAsync();
        var (reference, content) = await desk.ContentAsync("user-1", [1, 2, 3]);
        var id = await desk.ReviewAsync("warrant", [new { caseRef = reference.Value }], desk.Custodian);
        Assert.Equal(
            "",
            await desk.Custodian.FormAsync(id, "release", ("content", content), ("reason", Why))
        );
        var asked = (await desk.Server.ShowAsync(id)).GetProperty("asked");
        Assert.True(asked.GetProperty("ownCallNeeded").GetBoolean());
        var (said, number) = (asked.Text("fingerprint"), "+1 555 020 0001");

        Assert.Equal("own_call_needed", await ApproveAsync("", ""));
        Assert.Equal("own_call_needed", await ApproveAsync(said, ""));
        Assert.Equal("own_call_needed", await ApproveAsync("", number));
        Assert.Equal(
            "other_fingerprint",
            await ApproveAsync($"{said[..^1]}{(said[^1] == '0' ? '1' : '0')}", number)
        );
        Assert.Equal("number_from_request", await ApproveAsync(said, "555-010-4477"));
        Assert.Equal("scope_review", LegalDesk.StateOf(await desk.Server.ShowAsync(id)));
        Assert.Equal("", await ApproveAsync(said.ToUpperInvariant(), number));
        var calls = (await desk.Server.ShowAsync(id)).GetProperty("calls").EnumerateArray().ToList();
        Assert.Equal(
            ["person:custodian-2", "person:filing-officer-3"],
            calls.Select(call => call.Text("calledBy"))
        );
        Assert.Equal(number, calls[1].Text("number"));

        Task<string> ApproveAsync(string fingerprint, string called) =>
            desk.Officer.FormAsync(
                id,
                "release/approve",
                ("fingerprint", fingerprint),
                ("number", called),
                ("source", "official_directory")
            );
    }

    [Fact(Timeout = 120_000)]
    public async Task A_destruction_is_of_what_was_read_and_of_what_is_asked_about_still()
    {
        await using var desk = await Desk.OpenAsync();
        using var second = await ConsoleUser.InviteAsync(desk.Server, "second.custodian", "custodian");
        var (reference, one) = await desk.ContentAsync("user-1", [1, 2, 3]);
        var two = await desk.BringAsync(reference, [4, 5, 6]);
        var id = await desk.ReviewAsync(
            "destruction",
            [new { contentId = one }, new { contentId = two }],
            desk.Custodian
        );
        Assert.Equal(
            "",
            await desk.Custodian.FormAsync(id, "destruction", ("content", one), ("reason", Why))
        );
        var page = (await second.GetAsync($"/console/legal-process/{id}")).Text;
        Assert.Contains(one, page, StringComparison.Ordinal);

        // Asked for another: the first is called off, and nobody approves it by the old page.
        Assert.Equal("", await desk.AskAgainAsync(id, ("content", two), ("reason", Why)));
        Assert.Null(await desk.Server.ReadOfAsync(EarlyDestruction.Action, one));
        var late = await second.SendAsync($"/console/legal-process/{id}/destruction/approve", page);
        Assert.Equal("asked_anew", late.Code);
        Assert.Equal("read_missing", await second.FormAsync(id, "destruction/approve", ("read", "")));

        // The authority asks for less: void. Whatever changed the scope, it is asked again when it is approved.
        await desk.Server.PostAsync(
            $"/v1/legal-process/{id}/narrowing",
            new
            {
                remove = new[] { (await desk.Server.ShowAsync(id)).GetProperty("scope")[1].Text("id") },
                reason = "Less.",
            }
        );
        Assert.Null(await desk.Server.ReadOfAsync(EarlyDestruction.Action, two));
        Assert.Contains("the authority asks for less", await desk.PageAsync(id), StringComparison.Ordinal);
        Assert.Equal(
            "out_of_scope",
            await desk.Custodian.FormAsync(id, "destruction", ("content", two), ("reason", Why))
        );
        Assert.Equal(
            "",
            await desk.Custodian.FormAsync(id, "destruction", ("content", one), ("reason", Why))
        );
        await desk.Server.ExecuteAsync(
            "update legal_target set place = 'none', content_id = null where tenant = @tenant"
        );
        Assert.Equal("out_of_scope", await second.FormAsync(id, "destruction/approve"));
        await desk.Server.ExecuteAsync(
            "update legal_target set place = @one, content_id = @id where tenant = @tenant",
            new { one, id = Guid.Parse(one) }
        );
        Assert.Equal("", await second.FormAsync(id, "destruction/approve"));
    }

    /// <summary>A server with a custodian and an officer.</summary>
    private sealed class Desk(
        TestServer server,
        ConsoleUser admin,
        ConsoleUser custodian,
        ConsoleUser officer
    ) : IAsyncDisposable
    {
        public TestServer Server { get; } = server;
        public ConsoleUser Custodian { get; } = custodian;
        public ConsoleUser Officer { get; } = officer;

        public static async Task<Desk> OpenAsync()
        {
            var server = await TestServer.StartAsync(Profile.Demo);
            return new Desk(
                server,
                await ConsoleUser.SetUpAsync(server),
                await ConsoleUser.InviteAsync(server, "the.custodian", "custodian"),
                await ConsoleUser.InviteAsync(server, "the.officer", "filing_officer")
            );
        }

        public async Task<(CaseRef Case, string Content)> ContentAsync(string account, byte[] bytes)
        {
            var reference = await Server.HitAsync(account, isTest: true);
            return (reference, await BringAsync(reference, bytes));
        }

        public async Task<string> BringAsync(CaseRef reference, byte[] bytes) =>
            (await ContentWork.BringAsync(Server, reference, bytes, HttpStatusCode.Created)).Text(
                "contentId"
            );

        /// <summary>Called back, with a key, by this person, and under review of its scope.</summary>
        public async Task<string> ReviewAsync(string kind, object[] scope, ConsoleUser caller)
        {
            var id = LegalDesk.IdOf(await Server.TakeAsync(kind, scope));
            Assert.Equal("", await caller.CallAsync(id, key: SecondReader.NewKeys().Public));
            await Server.MoveAsync(id, "scope_review");
            return id;
        }

        public async Task<string> PageAsync(string id) =>
            (await Officer.GetAsync($"/console/legal-process/{id}")).Text;

        /// <summary>While another waits, which no page offers.</summary>
        public async Task<string> AskAgainAsync(string id, params (string, string)[] fields)
        {
            var page = $"/console/legal-process/{id}";
            var act = (await Server.ShowAsync(id)).GetProperty("status").Text("kind") is "destruction"
                ? "destruction"
                : "release";
            var answer = await Custodian.RawPostAsync(
                $"{page}/{act}",
                [("__RequestVerificationToken", await Custodian.ForgeryAsync(page)), .. fields]
            );
            return answer.Code;
        }

        public async ValueTask DisposeAsync()
        {
            admin.Dispose();
            Custodian.Dispose();
            Officer.Dispose();
            await Server.DisposeAsync();
        }
    }
}
