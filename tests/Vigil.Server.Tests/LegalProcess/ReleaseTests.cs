using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vigil.Server.Features.LegalProcess;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Destinations;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Preservation;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.LegalProcess;

public class ReleaseTests
{
    [Fact(Timeout = 120_000)]
    public async Task Nothing_leaves_before_the_call_back_and_two_persons_and_then_it_is_in_the_log_and_for_one_key()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var reference = await server.HitAsync("user-1", isTest: true);
        var brought = await ContentWork.BringAsync(
            server,
            reference,
            ContentWork.Jpeg,
            HttpStatusCode.Created
        );
        var content = brought.GetProperty("contentId").GetGuid().ToString();
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var custodian = await ConsoleUser.InviteAsync(server, "the.custodian", "custodian");
        using var officer = await ConsoleUser.InviteAsync(server, "the.officer", "filing_officer");
        using var other = await ConsoleUser.InviteAsync(server, "other.officer", "filing_officer");
        var (publicKey, secret) = SecondReader.NewKeys();
        var id = LegalDesk.IdOf(
            await server.TakeAsync("court_order", [new { caseRef = reference.Value }], secret: true)
        );

        // Before the call-back, and by a number of the request's own.
        (string, string)[] ask = [("content", content), ("facts", "on"), ("reason", "The order names it.")];
        Assert.Equal("wrong_state", await custodian.FormAsync(id, "release", ask));
        Assert.Equal("number_from_request", await custodian.CallAsync(id, number: "555-010-4477"));
        Assert.Equal("", await custodian.CallAsync(id, "not_reached"));
        Assert.Equal("received", LegalDesk.StateOf(await server.ShowAsync(id)));
        await server.MoveAsync(id, "scope_review", HttpStatusCode.Conflict);
        Assert.Equal("", await custodian.CallAsync(id));
        Assert.Equal("verified", LegalDesk.StateOf(await server.ShowAsync(id)));
        await server.MoveAsync(id, "scope_review");
        Assert.Equal("no_recipient_key", await custodian.FormAsync(id, "release", ask));
        Assert.Equal("", await other.CallAsync(id, key: publicKey));

        // Out of scope, and by one person, or by who decided alone.
        var strange = (
            await ContentWork.BringAsync(
                server,
                await server.HitAsync("user-2", isTest: true),
                [1, 2, 3],
                HttpStatusCode.Created
            )
        )
            .GetProperty("contentId")
            .GetGuid();
        Assert.Equal(
            "out_of_scope",
            await custodian.FormAsync(id, "release", ("content", $"{strange}"), ("reason", "More."))
        );
        Assert.Equal(
            "reason_names_somebody",
            await custodian.FormAsync(id, "release", ("content", content), ("reason", "For Sam Officer."))
        );
        Assert.Equal("", await officer.FormAsync(id, "release", ask));
        Assert.Equal("second_person_needed", await officer.FormAsync(id, "release/approve"));
        Assert.Equal("", await officer.FormAsync(id, "release/stop", ("reason", "The other asks.")));
        Assert.Equal("", await custodian.FormAsync(id, "release", ask));
        // The authority's last word counts, and what waited before it is void.
        Assert.Equal("", await custodian.CallAsync(id, "denied"));
        Assert.Equal("no_call_back", await other.FormAsync(id, "release/approve"));
        Assert.Equal("", await custodian.CallAsync(id));
        Assert.Equal("nothing_requested", await other.FormAsync(id, "release/approve"));
        Assert.Equal("", await custodian.FormAsync(id, "release", ask));
        await server.ExecuteAsync(
            "update case_item set decided_by = 'person:filing-officer-3' where tenant = @tenant"
        );
        Assert.Equal("decided_alone", await officer.FormAsync(id, "release/approve"));
        // Nor who told it by a key of their own, whomever that names.
        await server.ExecuteAsync(
            "update case_item set decided_by = @by where tenant = @tenant",
            new { by = $"key:{await KeyOfAsync(server, "person:filing-officer-3")}/anna" }
        );
        Assert.Equal("decided_alone", await officer.FormAsync(id, "release/approve"));
        Assert.Empty(await server.LedgerAsync("content.opened"));
        Assert.Equal("", await other.FormAsync(id, "release/approve"));

        var sha256 = await TestServer.EventuallyAsync(
            async () =>
                await server.ShowAsync(id) is var shown && LegalDesk.StateOf(shown) == "released"
                    ? shown.Text("packageSha256")
                    : null,
            "the package is made"
        );
        var package = await custodian.SaveAsync(
            $"/console/legal-process/{id}",
            $"/console/legal-process/{id}/package"
        );
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(package)));
        var files = SecondReader.Read(package, secret, (await server.ShowAsync(id)).Text("signer"));
        Assert.Equal(ContentWork.Jpeg, files[$"media/0001-{Guid.Parse(content):n}"]);
        Assert.Contains(
            reference.Value,
            Encoding.UTF8.GetString(files["facts.json"]),
            StringComparison.Ordinal
        );
        var manifest = JsonDocument.Parse(files["manifest.json"]).RootElement;
        Assert.Equal("Test", manifest.Text("environment"));
        await CheckStoppedAsync(server, Guid.Parse(id));
        await CheckDeniedAsync(server, Guid.Parse(id));
        await CheckLogAsync(server, id, content);
        await CheckTakenBackAsync(server, custodian, other, id, ask);
        await CheckDamagedAsync(server, custodian, id);
        await CheckOtherTenantAsync(server, id);
    }

    /// <summary>A package whose release was stopped, or asked for and approved anew, is of no approval that stands.</summary>
    private static async Task CheckStoppedAsync(TestServer server, Guid id)
    {
        foreach (
            var (state, later, isReleased) in new[]
            {
                ("Releasing", 0, true),
                ("Releasing", 1, false),
                ("ScopeReview", 0, false),
            }
        )
        {
            // In one transaction, so that the worker sees nothing of it.
            await Assert.ThrowsAsync<OperationCanceledException>(() =>
                server
                    .Kernel()
                    .Db.SystemAsync<bool>(
                        "test",
                        isWrite: true,
                        async tx =>
                        {
                            const string sql = """
                                update legal_request set state = @state, approved_at = approved_at + @later
                                where tenant = @tenant and id = @id
                                """;
                            await tx.ExecuteAsync(
                                sql,
                                new
                                {
                                    id,
                                    state = "Releasing",
                                    later = 0,
                                }
                            );
                            var plan = (await PlannedPackage.ReadAsync(tx, id, Profile.Demo))!;
                            using var signer = plan.Signer;
                            await tx.ExecuteAsync(
                                sql,
                                new
                                {
                                    id,
                                    state,
                                    later,
                                }
                            );
                            Assert.Equal(
                                isReleased,
                                await BuildPackage.ReleasedAsync(tx, plan, new byte[32], 1)
                            );
                            Assert.Equal(
                                isReleased ? LegalState.Released : Enum.Parse<LegalState>(state),
                                (await LegalRequest.FindAsync(tx, id))!.State
                            );
                            throw new OperationCanceledException("Nothing of this is kept.");
                        }
                    )
            );
        }
    }

    /// <summary>A word after the approval counts as one before it, however many calls there were.</summary>
    private static async Task CheckDeniedAsync(TestServer server, Guid id)
    {
        await Assert.ThrowsAsync<OperationCanceledException>(() =>
            server
                .Kernel()
                .Db.SystemAsync<bool>(
                    "test",
                    isWrite: true,
                    async tx =>
                    {
                        await tx.ExecuteAsync(
                            "update legal_request set state = 'Releasing' where tenant = @tenant and id = @id",
                            new { id }
                        );
                        var plan = (await PlannedPackage.ReadAsync(tx, id, Profile.Demo))!;
                        using var signer = plan.Signer;
                        for (var call = 0; call <= LegalLimits.Calls; call++)
                        {
                            await CalledAsync(tx, id, "Confirmed", tx.Now.AddMinutes(-1 - call));
                        }
                        Assert.True(await LegalCall.IsConfirmedAsync(tx, id));
                        await CalledAsync(tx, id, "Denied", tx.Now.AddSeconds(1));
                        await CalledAsync(tx, id, "NotReached", tx.Now.AddSeconds(2));
                        Assert.False(await LegalCall.IsConfirmedAsync(tx, id));
                        Assert.False(await BuildPackage.ReleasedAsync(tx, plan, new byte[32], 1));
                        Assert.Equal(LegalState.ScopeReview, (await LegalRequest.FindAsync(tx, id))!.State);
                        throw new OperationCanceledException("Nothing of this is kept.");
                    }
                )
        );

        static Task<int> CalledAsync(Tx tx, Guid request, string result, DateTimeOffset at) =>
            tx.ExecuteAsync(
                """
                insert into legal_call (tenant, id, request_id, called_at, recorded_at, called_by, source, result, details)
                values (@tenant, @id, @request, @at, @at, 'person:test', 'OwnRecords', @result, @none)
                """,
                new
                {
                    id = tx.NewId(),
                    request,
                    at,
                    result,
                    none = Array.Empty<byte>(),
                }
            );
    }

    /// <summary>What is there is given to nobody once the authority says that it never asked; it is reviewed again.</summary>
    private static async Task CheckTakenBackAsync(
        TestServer server,
        ConsoleUser custodian,
        ConsoleUser other,
        string id,
        (string, string)[] ask
    )
    {
        Assert.Equal("", await custodian.CallAsync(id, "denied"));
        Assert.Equal("scope_review", LegalDesk.StateOf(await server.ShowAsync(id)));
        Assert.Equal("no_call_back", await custodian.FormAsync(id, "package"));
        Assert.Equal("no_call_back", await custodian.FormAsync(id, "release", ask));
        Assert.Equal("", await custodian.CallAsync(id));
        Assert.Equal("", await custodian.FormAsync(id, "release", ask));
        Assert.Equal("", await other.FormAsync(id, "release/approve"));
        await TestServer.EventuallyAsync(
            async () => LegalDesk.StateOf(await server.ShowAsync(id)) == "released" ? "so" : null,
            "the package is made again"
        );
        // Released before denials were heard of.
        await server.ExecuteAsync(
            "update legal_call set result = 'Denied' where tenant = @tenant and result = 'Confirmed'"
        );
        Assert.Equal("no_call_back", await custodian.FormAsync(id, "package"));
        await server.ExecuteAsync(
            "update legal_call set result = 'Confirmed' where tenant = @tenant and result = 'Denied'"
        );
    }

    /// <summary>Other bytes than the log has are given to nobody.</summary>
    private static async Task CheckDamagedAsync(TestServer server, ConsoleUser custodian, string id)
    {
        var file = Directory
            .GetFiles(Path.Combine(server.DataFolder, "packages"), "*.vigilpkg", SearchOption.AllDirectories)
            .Single();
        await File.WriteAllBytesAsync(file, [.. await File.ReadAllBytesAsync(file), 0]);
        Assert.Equal("package_damaged", await custodian.FormAsync(id, "package"));
    }

    /// <summary>Both lines are there, after the opening, and a change of either is told.</summary>
    private static async Task CheckLogAsync(TestServer server, string id, string content)
    {
        var log = await server.GetJsonAsync("/v1/legal-process/disclosures");
        Assert.Equal(JsonValueKind.Null, log.GetProperty("trouble").ValueKind);
        var lines = log.GetProperty("lines").EnumerateArray().ToList();
        Assert.Equal(["taken", "released"], lines.Select(line => line.Text("what")));
        Assert.All(lines, line => Assert.Equal(id, line.Text("requestId")));
        Assert.Equal(content, lines[1].GetProperty("details").GetProperty("contents")[0].GetString());
        Assert.Single(await server.LedgerAsync("content.opened"));
        Assert.Equal(
            lines[1].GetProperty("ledgerSeq").GetInt64(),
            await SeqAsync(server, "disclosure.released")
        );
        Assert.True(await SeqAsync(server, "content.opened") < await SeqAsync(server, "disclosure.released"));
        // The package is no hash of a content: it may stand in the ledger.
        Assert.Equal(
            lines[1].Text("packageSha256"),
            (await server.LedgerAsync("disclosure.released"))[0].GetProperty("facts").Text("package")
        );

        await server.ExecuteAsync(
            "update legal_disclosure set at = at + 1 where tenant = @tenant and number = 1"
        );
        Assert.Contains("Line 1", await TroubleAsync(server), StringComparison.Ordinal);
        await server.ExecuteAsync(
            "update legal_disclosure set at = at - 1 where tenant = @tenant and number = 1"
        );
        await server.ExecuteAsync("delete from legal_disclosure where tenant = @tenant and number = 2");
        Assert.Contains("lines are missing", await TroubleAsync(server), StringComparison.Ordinal);
        Assert.Contains(
            "lines are missing",
            await server.Client.GetStringAsync("/console/disclosures"),
            StringComparison.Ordinal
        );
    }

    private static async Task CheckOtherTenantAsync(TestServer server, string id)
    {
        var made = await server.PostAsync(
            "/v1/tenants",
            new { tenant = "acme", title = "Acme" },
            HttpStatusCode.Created
        );
        using var stranger = await server.KnownAsync(made.Text("firstKey"));
        await server.GetJsonAsync($"/v1/legal-process/{id}", HttpStatusCode.NotFound, stranger);
        await server.MoveAsync(id, "refused", HttpStatusCode.NotFound, stranger);
        await server.PostAsync(
            $"/v1/legal-process/{id}/scope",
            new { scope = new[] { new { account = "user-1" } }, reason = "A test." },
            HttpStatusCode.NotFound,
            client: stranger
        );
        Assert.Empty(
            (await server.GetJsonAsync("/v1/legal-process/disclosures", client: stranger))
                .GetProperty("lines")
                .EnumerateArray()
        );
    }

    private static async Task<string> TroubleAsync(TestServer server) =>
        (await server.GetJsonAsync("/v1/legal-process/disclosures")).Text("trouble");

    private static Task<long> SeqAsync(TestServer server, string action) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx =>
                    tx.FindAsync<long>(
                        "select min(seq) from ledger_event where tenant = @tenant and action = @action",
                        new { action }
                    )
            );

    private static Task<string> KeyOfAsync(TestServer server, string person) =>
        server
            .Kernel()
            .Db.ActAsync(
                new Actor(TenantId.Default, ActorKind.Person, person, Grants.Of([Role.Admin, Role.Reviewer])),
                Permission.KeyManage,
                async tx =>
                    (await ApiKeys.CreateAsync(tx, "tool", [Scope.Cases], TimeSpan.FromDays(1))).Key.Id
            );
}
