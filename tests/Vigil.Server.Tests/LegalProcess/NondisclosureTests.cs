using System.Net;
using System.Reflection;
using System.Text.Json;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Preservation;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.LegalProcess;

public class NondisclosureTests
{
    [Fact(Timeout = 120_000)]
    public async Task Whom_no_order_protects_from_being_told_is_asked_once_for_all_rows_of_a_page()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var (ofAccount, ofCase, ended, free) = (
            await AppealedAsync(server, "user-1"),
            await AppealedAsync(server, "user-2"),
            await AppealedAsync(server, "user-3"),
            await AppealedAsync(server, "user-4")
        );
        var ofContent = (await server.HitAsync("user-5", isTest: true)).Value;
        var brought = await ContentWork.BringAsync(server, new(ofContent), [1], HttpStatusCode.Created);
        var content = brought.Text("contentId");
        await server.TakeAsync("warrant", [new { account = "user-1" }], "1/2026", secret: true);
        await server.TakeAsync("warrant", [new { caseRef = ofCase }], "2/2026", secret: true);
        await server.TakeAsync("warrant", [new { contentId = content }], "3/2026", secret: true);
        var over = await server.TakeAsync("warrant", [new { account = "user-3" }], "4/2026", secret: true);
        await server.ExecuteAsync(
            "update legal_request set secret_until = 1 where tenant = @tenant and id = @id",
            new { id = Guid.Parse(LegalDesk.IdOf(over)) }
        );
        // No order to be silent.
        await server.TakeAsync("warrant", [new { account = "user-4" }], "5/2026");
        // Opened after the order, with no content: its account alone says so.
        var later = await server.OpenAsync("user-1", "known_csam", "US");
        Assert.NotEqual(ofAccount, later);

        var asked = Counted(server);
        var appeals = (await server.GetJsonAsync("/v1/appeals")).GetProperty("appeals");

        Assert.Equal([4], asked);
        Assert.Equal(
            new[] { (ofAccount, true), (ofCase, true), (ended, false), (free, false) }.Order(),
            appeals.EnumerateArray().Select(RowOf).Order()
        );
        CaseRef[] all =
        [
            .. new[] { ofAccount, ofCase, ended, free, ofContent, later }.Select(one => new CaseRef(one)),
        ];
        var may = await server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx => tx.AskAsync<MayTellUsersWanted, MayTellUsers>(new(all))
            );
        Assert.Equal(new[] { ended, free }.Order(), may.Cases.Order());
        asked.Clear();
        await server.GetJsonAsync($"/v1/cases/{free}/account-actions");
        await server.GetJsonAsync("/v1/corrections");
        Assert.Equal([1], asked);
    }

    private static (string Case, bool IsSilenced) RowOf(JsonElement row) =>
        (row.GetProperty("action").Text("caseRef"), row.GetProperty("nondisclosure").GetBoolean());

    private static async Task<string> AppealedAsync(TestServer server, string account)
    {
        var reference = await server.OpenAsync(account, "known_csam", "US");
        await server.DecideAsync(reference);
        var action = await server.PostAsync(
            $"/v1/cases/{reference}/account-actions",
            new
            {
                kind = "content_removed",
                reason = ReviewWork.Why,
                person = ReviewWork.Person,
            },
            HttpStatusCode.Created
        );
        await server.PostAsync(
            "/v1/appeals",
            new { actionId = action.Text("id"), text = "It was not me." },
            HttpStatusCode.Accepted
        );
        return reference;
    }

    /// <summary>The real answer goes on; of how many cases it was asked, each time.</summary>
    private static List<int> Counted(TestServer server)
    {
        var answers =
            (Dictionary<Type, Func<Tx, object, Task<object>>>)
                typeof(Reactions)
                    .GetField("_answers", BindingFlags.Instance | BindingFlags.NonPublic)!
                    .GetValue(server.Kernel().Reactions)!;
        var (real, asked) = (answers[typeof(MayTellUsersWanted)], new List<int>());
        answers[typeof(MayTellUsersWanted)] = (tx, question) =>
        {
            asked.Add(((MayTellUsersWanted)question).Cases.Count);
            return real(tx, question);
        };
        return asked;
    }
}
