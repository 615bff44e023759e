using System.Net;
using System.Text.Json;
using Vigil.Server.Features.Cases.Subject;
using Vigil.Server.Http;
using Vigil.Server.Tests.LegalProcess;
using Vigil.Server.Tests.Reporting;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>An appeal is decided by somebody who never had a part in the case, whatever the part was.</summary>
public class IndependenceTests
{
    [Fact(Timeout = 120_000)]
    public async Task Who_closed_opened_undid_or_judged_before_decides_no_appeal()
    {
        await using var server = await TestServer.StartAsync();
        var (reference, action) = await ActedAsync(server);
        await ActAsync(server, $"/v1/cases/{reference}/close", "closer", "because", "duplicate");
        await ActAsync(server, $"/v1/cases/{reference}/reopen", "opener");
        await server.SetAsync("cases.undoSeconds", "300");
        await ActAsync(server, $"/v1/cases/{reference}/decision", "undoer", "verdict", "confirmed");
        await server.PostAsync($"/v1/cases/{reference}/undo", new { person = "undoer" });
        await server.ExecuteAsync(
            """
            delete from case_event where tenant = @tenant and what = 'confirmed' and actor like '%undoer'
            """
        );
        var first = await AppealAsync(server, action);
        await ActAsync(server, $"/v1/appeals/{first}/decision", "judge", "outcome", "upheld");
        var second = await AppealAsync(server, action);

        foreach (var person in (string[])["closer", "opener", "undoer", "judge"])
        {
            Assert.False(await MayDecideAsync(server, person), person);
            var refused = await ActAsync(
                server,
                $"/v1/appeals/{second}/decision",
                person,
                "outcome",
                "upheld",
                HttpStatusCode.Conflict
            );
            Assert.Equal("not_independent", refused.Text("code"));
        }
        Assert.True(await MayDecideAsync(server, "cleo"));
        await ActAsync(server, $"/v1/appeals/{second}/decision", "cleo", "outcome", "upheld");
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_told_delayed_asked_or_reported_decides_no_appeal()
    {
        await using var server = await TestServer.StartAsync();
        var (reference, action) = await ActedAsync(server);
        await server.ExecuteAsync(
            "update account_action set told_by = 'person:teller' where tenant = @tenant"
        );
        await server
            .Kernel()
            .Db.ActAsync(
                PersonOf("delayer", Permission.CaseDecide),
                Permission.CaseDecide,
                tx =>
                    TellUser.DelayAsync(
                        tx,
                        Guid.Parse(action),
                        new ActionReasonRequest
                        {
                            NotBefore = tx.Now.AddDays(60),
                            Reason = "They asked for it.",
                        }
                    )
            );
        await ReportedAsync(server, reference);
        var appeal = Guid.Parse(await AppealAsync(server, action));

        foreach (var who in (string[])["teller", "delayer", "drafter", "approver", "second", "batcher"])
        {
            Assert.False((await ReadAsync(who)).MayDecide, who);
            var refused = await Assert.ThrowsAsync<ProblemException>(() => DecideAsync(who));
            Assert.Equal("not_independent", refused.Code);
        }
        Assert.True((await ReadAsync("cleo")).MayDecide);
        await DecideAsync("cleo");

        async Task<AppealView> ReadAsync(string who) =>
            Assert.Single(
                (
                    await server
                        .Kernel()
                        .Db.ReadAsync(
                            PersonOf(who, Permission.AppealDecide),
                            Permission.AppealDecide,
                            tx => Appeals.ListAsync(tx)
                        )
                ).Appeals
            );

        Task<AppealStatus> DecideAsync(string who) =>
            server
                .Kernel()
                .Db.ActAsync(
                    PersonOf(who, Permission.AppealDecide),
                    Permission.AppealDecide,
                    tx =>
                        Appeals.DecideAsync(
                            tx,
                            appeal,
                            new AppealDecisionRequest { Outcome = "upheld", Reason = "Nothing new." }
                        )
                );
    }

    /// <summary>A report of the case, and a batch of another's that names it.</summary>
    private static async Task ReportedAsync(TestServer server, string reference)
    {
        var own = await server.DraftAsync(reference, ReportWork.Package);
        var batch = await server.DraftAsync(await server.ConfirmedAsync("user-8"), ReportWork.Package);
        await server.ExecuteAsync(
            """
            update report set created_by = 'person:drafter', approved_by = 'person:approver',
                second_by = 'person:second'
            where tenant = @tenant and id = @own
            """,
            new { own }
        );
        await server.ExecuteAsync(
            "update report set approved_by = 'person:batcher' where tenant = @tenant and id = @batch",
            new { batch }
        );
        await server.ExecuteAsync(
            """
            insert into report_batch_case (tenant, case_ref, report_id) values (@tenant, @reference, @batch)
            """,
            new { reference, batch }
        );
    }

    private static Actor PersonOf(string name, Permission permission) =>
        new(TenantId.Default, ActorKind.Person, $"person:{name}", new HashSet<Permission> { permission });

    private static async Task<(string Reference, string Action)> ActedAsync(TestServer server)
    {
        var reference = await server.OpenAsync("user-1", "known_csam", "US");
        await server.DecideAsync(reference);
        var action = await ActAsync(
            server,
            $"/v1/cases/{reference}/account-actions",
            ReviewWork.Person,
            "kind",
            "content_removed",
            HttpStatusCode.Created
        );
        return (reference, action.Text("id"));
    }

    private static async Task<string> AppealAsync(TestServer server, string actionId) =>
        (
            await server.PostAsync(
                "/v1/appeals",
                new { actionId, text = "It was not me." },
                HttpStatusCode.Accepted
            )
        ).Text("appealId");

    private static Task<JsonElement> ActAsync(
        TestServer server,
        string path,
        string person,
        string member = "note",
        string value = "",
        HttpStatusCode expected = HttpStatusCode.OK
    )
    {
        var body = new Dictionary<string, string> { ["reason"] = ReviewWork.Why, ["person"] = person };
        if (value.Length > 0)
        {
            body[member] = value;
        }
        return server.PostAsync(path, body, expected);
    }

    private static async Task<bool> MayDecideAsync(TestServer server, string person) =>
        (await server.GetJsonAsync($"/v1/appeals?person={person}"))
            .GetProperty("appeals")[0]
            .GetProperty("mayDecide")
            .GetBoolean();
}
