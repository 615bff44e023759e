using System.Globalization;
using System.Net;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>Opinions and audits are begun within what protects people, and count as cases do.</summary>
public class JudgingLimitTests
{
    [Fact(Timeout = 240_000)]
    public async Task Opinions_on_new_material_count_in_a_row_and_the_third_is_not_begun()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        using var senior = await ConsoleUser.InviteAsync(server, "sen.ior", "senior_reviewer");
        using var reviewer = await server.ReviewerAsync();
        var wanted = new List<(string Reference, string Item)>();
        for (var at = 0; at < 4; at++)
        {
            wanted.Add(await WantedAsync(server, senior, $"user-{at}"));
        }
        Assert.Equal(0, await TakenAsync(server));

        // Looking again counts nothing; an answer does, once, also when it is given anew.
        for (var at = 0; at < 2; at++)
        {
            await OpensAsync(reviewer, wanted[at]);
            await reviewer.GradeAsync(wanted[at].Reference, wanted[at].Item);
            await reviewer.GradeAsync(wanted[at].Reference, wanted[at].Item);
        }
        Assert.Equal(2, await TakenAsync(server));

        Assert.Equal("variety_due", (await reviewer.GetAsync(PathOf(wanted[2]))).Code);
        var claim = $"/console/cases/{wanted[3].Reference}";
        Assert.Equal("variety_due", (await reviewer.PostAsync(claim, $"{claim}/claim")).Code);
        // Of another kind, and then again.
        var words = await server.OpenAsync("user-9");
        var page = $"/console/cases/{words}";
        await reviewer.PostAsync(page, $"{page}/claim");
        await OpensAsync(reviewer, wanted[2]);

        // A claim asks and counts; the opinion under it is no other case.
        await reviewer.PostAsync(claim, $"{claim}/claim");
        Assert.Equal(4, await TakenAsync(server));
        await reviewer.GradeAsync(wanted[3].Reference, wanted[3].Item);
        Assert.Equal(4, await TakenAsync(server));
    }

    [Fact(Timeout = 240_000)]
    public async Task Audits_count_too_and_both_end_with_the_shift_and_hold_to_opt_outs()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        using var senior = await ConsoleUser.InviteAsync(server, "sen.ior", "senior_reviewer");
        using var reviewer = await server.ReviewerAsync();
        var opinion = await WantedAsync(server, senior, "user-1");
        await server.SetAsync("cases.auditPercent", "100");
        var audits = new List<string>();
        foreach (var account in new[] { "user-2", "user-3", "user-4" })
        {
            // Exact: nobody had to look before it was decided.
            var reference = await server.MatchAsync(
                new EntryKey(Guid.NewGuid(), Guid.NewGuid()),
                account: account
            );
            await server.DecideAsync(reference);
            audits.Add($"/console/audits/{await server.ItemAsync(reference)}");
        }
        foreach (var audit in audits.Take(2))
        {
            await reviewer.PostAsync(audit, audit, ("verdict", "confirmed"), ("reason", ReviewWork.Why));
        }
        Assert.Equal((2, 2, 0), await TakenKindsAsync(server));

        await SettingsAsync(reviewer, DateTimeOffset.UtcNow.AddMinutes(10), []);
        Assert.Equal("shift_ends", (await reviewer.GetAsync(audits[2])).Code);
        Assert.Equal("shift_ends", (await reviewer.GetAsync(PathOf(opinion))).Code);

        await CaseWork.PostAsync(
            server,
            "/v1/flags",
            new
            {
                account = "user-1",
                surface = "comment",
                reason = "live_streaming",
                thread = Array.Empty<object>(),
            },
            HttpStatusCode.Accepted
        );
        await SettingsAsync(reviewer, null, [nameof(HarmKind.LiveStreams)]);
        Assert.Equal("opted_out", (await reviewer.GetAsync(PathOf(opinion))).Code);
        Assert.Equal(HttpStatusCode.OK, (await reviewer.GetAsync(audits[2])).Status);
        await reviewer.PostAsync("/console/exposure", "/console/exposure/pause");
        Assert.Equal("paused", (await reviewer.GetAsync(audits[2])).Code);
    }

    private static async Task OpensAsync(ConsoleUser user, (string Reference, string Item) wanted)
    {
        Assert.Equal(HttpStatusCode.OK, (await user.GetAsync(PathOf(wanted))).Status);
        Assert.Equal(HttpStatusCode.OK, (await user.GetAsync(PathOf(wanted))).Status);
    }

    private static string PathOf((string Reference, string Item) wanted) =>
        $"/console/cases/{wanted.Reference}/items/{wanted.Item}/grade";

    /// <summary>Pictures that no list knows, of which another opinion is wanted.</summary>
    private static async Task<(string Reference, string Item)> WantedAsync(
        TestServer server,
        ConsoleUser senior,
        string account
    )
    {
        var reference = await server.OpenAsync(account, "suspected_csam");
        var item = await server.ItemAsync(reference);
        await senior.GradeAsync(reference, item, ("secondOpinion", "true"));
        return (reference, item);
    }

    private static async Task SettingsAsync(ConsoleUser user, DateTimeOffset? shiftEnds, string[] kinds)
    {
        var saved = await user.PostAsync(
            "/console/exposure",
            "/console/exposure/settings",
            [
                ("reveal", "as_it_is"),
                ("renditions", "any"),
                ("seconds", "5"),
                ("shiftEnds", shiftEnds?.ToString("HH:mm", CultureInfo.InvariantCulture) ?? ""),
                .. kinds.Select(kind => ("optOut", kind)),
            ]
        );
        Assert.Contains("saved", saved.Location, StringComparison.Ordinal);
    }

    private static async Task<long> TakenAsync(TestServer server) => (await TakenKindsAsync(server)).All;

    private static async Task<(long All, long Graphic, long New)> TakenKindsAsync(TestServer server) =>
        (
            await server
                .Kernel()
                .Db.SystemAsync(
                    "test",
                    isWrite: false,
                    tx =>
                        tx.QueryAsync<(long, long, long)>(
                            """
                            select count(*), count(case when is_graphic then 1 end),
                                count(case when is_new_material then 1 end)
                            from viewing_taken where tenant = @tenant
                            """
                        )
                )
        )[0];
}
