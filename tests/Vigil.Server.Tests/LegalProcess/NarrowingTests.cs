using System.Net;
using Vigil.Server.Features.LegalProcess.Packaging;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Preservation;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.LegalProcess;

public class NarrowingTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact(Timeout = 120_000)]
    public async Task What_is_no_longer_asked_about_is_out_of_scope_and_held_by_it_no_more()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        using var admin = await ConsoleUser.SetUpAsync(server);
        using var custodian = await ConsoleUser.InviteAsync(server, "the.custodian", "custodian");
        var (one, two) = (
            await server.HitAsync("user-1", isTest: true),
            await server.HitAsync("user-2", isTest: true)
        );
        await ContentWork.BringAsync(server, one, ContentWork.Jpeg, HttpStatusCode.Created);
        var content = (await ContentWork.BringAsync(server, two, [1, 2, 3], HttpStatusCode.Created)).Text(
            "contentId"
        );
        var id = LegalDesk.IdOf(
            await server.TakeAsync(
                "court_order",
                [new { account = "user-1" }, new { caseRef = two.Value }, new { contentId = content }]
            )
        );
        var scope = (await server.ShowAsync(id)).GetProperty("scope").EnumerateArray().ToList();
        var (account, reference) = (scope[0].Text("id"), scope[1].Text("id"));
        await NarrowAsync(new { remove = new[] { account }, reason = "Less." }, HttpStatusCode.Conflict);
        Assert.Equal("", await custodian.CallAsync(id));
        await server.MoveAsync(id, "scope_review");

        await NarrowAsync(new { reason = "Less." }, HttpStatusCode.BadRequest);
        await NarrowAsync(
            new { remove = new[] { Guid.NewGuid() }, reason = "Less." },
            HttpStatusCode.BadRequest
        );
        await NarrowAsync(
            new { remove = scope.Select(entry => entry.Text("id")), reason = "Less." },
            HttpStatusCode.BadRequest
        );
        Assert.Equal(
            "",
            await custodian.FormAsync(id, "narrowing", ("remove", account), ("reason", "Their word."))
        );
        Assert.Equal([content, two.Value], await TargetsAsync());
        Assert.Single(await server.LedgerAsync("hold.lifted"));
        await NarrowAsync(
            new
            {
                remove = new[] { reference },
                from = Noon,
                to = Noon.AddDays(1),
                reason = "One file.",
            }
        );
        Assert.Equal([content], await TargetsAsync());
        Assert.Equal(2, (await server.LedgerAsync("hold.lifted")).Count);
        Assert.Equal(2, (await server.LedgerAsync("legal.scope_narrowed")).Count);
        await NarrowAsync(new { from = Noon.AddHours(-1), reason = "More." }, HttpStatusCode.BadRequest);
        // What comes to the account later is held no more, either.
        await ContentWork.BringAsync(server, one, [4, 5, 6], HttpStatusCode.Created);
        Assert.Equal([content], await TargetsAsync());

        Task NarrowAsync(object body, HttpStatusCode expected = HttpStatusCode.OK) =>
            server.PostAsync($"/v1/legal-process/{id}/narrowing", body, expected);

        async Task<IEnumerable<string>> TargetsAsync() =>
            (await server.ShowAsync(id))
                .GetProperty("targets")
                .EnumerateArray()
                .Select(target => target.GetProperty("caseRef").GetString() ?? target.Text("contentId"))
                .Order(StringComparer.Ordinal);
    }

    [Fact]
    public void Of_a_case_only_what_is_asked_for_is_told_and_nothing_of_who_decided()
    {
        var items = Enumerable
            .Range(0, 3)
            .Select(day => new ReportableItem
            {
                ItemId = Guid.NewGuid(),
                Origin = CaseOrigin.Match,
                State = "Confirmed",
                At = Noon.AddDays(day),
                DecidedBy = "person:reviewer-7",
            })
            .ToList();
        var facts = ReportableCase.None with
        {
            Items = items,
            OtherCases = [new CaseRef("VC-0000-0000-01")],
            Actions = [new("suspended", Noon, null, null), new("removed", Noon.AddDays(2), null, null)],
        };

        Assert.Equal([0, 1, 2], Told(null, null, null));
        Assert.Equal([1], Told(null, Noon.AddDays(1), Noon.AddDays(1)));
        Assert.Equal([0], Told(new HashSet<Guid> { items[0].ItemId }, null, Noon));
        Assert.Empty(Told(new HashSet<Guid>(), null, null));
        var text = System.Text.Json.JsonSerializer.Serialize(Of(null, null, Noon));
        Assert.Contains("suspended", text, StringComparison.Ordinal);
        Assert.DoesNotContain("removed", text, StringComparison.Ordinal);
        Assert.DoesNotContain("reviewer-7", text, StringComparison.Ordinal);
        Assert.DoesNotContain("VC-0000-0000-01", text, StringComparison.Ordinal);
        Assert.Empty(Of(new HashSet<Guid>(), null, null).Actions);

        DisclosedCase Of(IReadOnlySet<Guid>? only, DateTimeOffset? from, DateTimeOffset? to) =>
            DisclosedCase.Of("VC-0000-0000-00", facts, only, from, to);

        IEnumerable<int> Told(IReadOnlySet<Guid>? only, DateTimeOffset? from, DateTimeOffset? to) =>
            Of(only, from, to).Items.Select(told => items.FindIndex(item => item.ItemId == told.ItemId));
    }
}
