using System.Globalization;
using System.Net;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.LegalProcess;

/// <summary>What an authority asked to keep is kept longer by one person's word, never shorter.</summary>
public class ExtendTests
{
    [Fact(Timeout = 120_000)]
    public async Task The_end_of_a_hold_is_put_off_and_never_brought_near()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        using var officer = await ConsoleUser.InviteAsync(server, "the.officer", "filing_officer");
        await server.HitAsync("user-1", isTest: true);
        var letter = LegalDesk.IdOf(
            await server.TakeAsync("preservation_letter", [new { account = "user-1" }])
        );
        var order = LegalDesk.IdOf(
            await server.TakeAsync("court_order", [new { account = "user-1" }], "13/2026")
        );
        var end = await EndAsync();
        var soon = DateTimeOffset.UtcNow.AddMinutes(1);

        foreach (
            var (id, until) in new[]
            {
                (letter, soon),
                (letter, end.AddSeconds(-1)),
                (order, soon),
                (order, end.AddDays(30)),
            }
        )
        {
            var refused = await ExtendAsync(id, until, HttpStatusCode.Conflict);
            Assert.Equal("not_longer", refused.Text("code"));
        }
        var tomorrow = soon.AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        foreach (var id in (string[])[letter, order])
        {
            Assert.Equal(
                "not_longer",
                await officer.FormAsync(id, "holds", ("until", tomorrow), ("reason", "They asked."))
            );
        }
        Assert.Equal(end, await EndAsync());
        Assert.Empty(await server.LedgerAsync("hold.lifted"));
        Assert.Empty(await server.LedgerAsync("legal.hold_extended"));
        // Where there is no end to put off, no form asks for one.
        Assert.True(await HasFormAsync(letter));
        Assert.False(await HasFormAsync(order));

        await ExtendAsync(letter, end.AddDays(1));
        Assert.Equal(end.AddDays(1), await EndAsync());
        Assert.Equal("not_longer", (await ExtendAsync(letter, end, HttpStatusCode.Conflict)).Text("code"));

        async Task<DateTimeOffset> EndAsync() =>
            (await server.ShowAsync(letter)).GetProperty("holdUntil").GetDateTimeOffset();
        async Task<bool> HasFormAsync(string id) =>
            (await officer.GetAsync($"/console/legal-process/{id}")).Text.Contains(
                $"action=\"/console/legal-process/{id}/holds\"",
                StringComparison.Ordinal
            );
        Task<System.Text.Json.JsonElement> ExtendAsync(
            string id,
            DateTimeOffset until,
            HttpStatusCode expected = HttpStatusCode.OK
        ) =>
            server.PostAsync(
                $"/v1/legal-process/{id}/holds",
                new { until, reason = "They asked for more." },
                expected
            );
    }
}
