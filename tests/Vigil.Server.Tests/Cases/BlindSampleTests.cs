using System.Net;
using System.Text.Json;
using Vigil.Server.Features.Cases;
using Vigil.Server.Features.Cases.Training;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>Samples that are not announced, and samples that are made in the console.</summary>
public class BlindSampleTests
{
    [Fact(Timeout = 180_000)]
    public async Task An_unannounced_sample_looks_like_the_flags_beside_it_and_is_nobodys_case()
    {
        await using var server = await TestServer.StartAsync();
        using var reviewer = await server.ReviewerAsync();
        using var other = await server.ReviewerAsync("oth.er");
        string[] accounts = ["acct-5821337719", "acct-1094482046", "acct-7712009315"];
        var real = new List<string>();
        foreach (var account in accounts)
        {
            real.Add(await FlagAsync(server, account));
        }
        await server.PostAsync("/v1/training/samples", Sample("Made"), HttpStatusCode.Created);
        await server.SetAsync("training.blindPercent", "100");

        var reference = RefOf(await NextAsync(reviewer));

        Assert.DoesNotContain(reference, real);
        var actor = (await server.SignedInAsync(reviewer)).Actor;
        var (sample, flagged) = (
            await ReadAsync(server, actor, reference),
            await ReadAsync(server, actor, real[0])
        );
        Assert.Matches("^acct-[0-9]{10}$", sample.Account);
        Assert.DoesNotContain(sample.Account, accounts);
        Assert.Equal(Shape(flagged), Shape(sample));
        Assert.True(sample.Case.OpenedAt < flagged.Case.OpenedAt);
        Assert.All(
            [sample.Case.UpdatedAt, sample.Items[0].At, sample.Flags[0].FirstAt, sample.Flags[0].LastAt],
            at => Assert.Equal(sample.Case.OpenedAt, at)
        );
        Assert.Equal(["claimed", "item_added", "opened"], sample.Timeline.Select(line => line.What).Order());
        Assert.Equal(flagged.Timeline[0].Actor, sample.Timeline[0].Actor);
        Assert.Equal(sample.Timeline[0].Actor, sample.Timeline[1].Actor);

        // Its person finds it by its account, as any other; nobody else finds or counts it.
        Assert.Contains(
            reference,
            (await SearchAsync(reviewer, sample.Account!)).Text,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            reference,
            (await SearchAsync(other, sample.Account!)).Text,
            StringComparison.Ordinal
        );
        var listed = (await server.GetJsonAsync("/v1/cases")).GetProperty("cases");
        Assert.Equal(
            real.Order(),
            listed.EnumerateArray().Select(row => row.GetProperty("case").Text("caseRef")).Order()
        );
        Assert.Equal(real.Order(), (await OverviewAsync(server)).Order());
        Assert.Empty(await server.OutboxAsync(reference));
        // What is flagged of such an account, should it ever be one, joins no sample.
        Assert.NotEqual(reference, await FlagAsync(server, sample.Account!));
        Assert.DoesNotContain(
            sample.Account!,
            string.Concat((await server.LedgerAsync("case.claimed")).Select(act => act.ToString())),
            StringComparison.Ordinal
        );
        await DecideAsync(reviewer, $"/console/cases/{reference}");
        Assert.Contains(
            "known answer",
            (await reviewer.GetAsync($"/console/cases/{reference}")).Text,
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task A_sample_that_was_graded_waits_for_another_opinion_as_a_case_does()
    {
        await using var server = await TestServer.StartAsync();
        using var reviewer = await server.ReviewerAsync();
        var real = await FlagAsync(server, "acct-5821337719");
        await server.PostAsync("/v1/training/samples", Sample("Made"), HttpStatusCode.Created);
        await server.SetAsync("training.blindPercent", "100");
        var sample = RefOf(await NextAsync(reviewer));
        Assert.NotEqual(real, sample);

        // Each with an age that is not clear: another opinion is wanted by itself, and not offered to be asked for.
        Assert.Equal((true, false), await GradeAsync(real));
        Assert.Equal((true, false), await GradeAsync(sample));

        async Task<(bool IsWanted, bool IsOffered)> GradeAsync(string reference)
        {
            var page = $"/console/cases/{reference}";
            var shown = (await reviewer.GetAsync(page)).Text;
            var grade = shown[shown.IndexOf($"{page}/items/", StringComparison.Ordinal)..].Split('"')[0];
            await reviewer.PostAsync(
                grade,
                grade,
                ("age", "unclear"),
                ("activity", "posing"),
                ("depiction", "real"),
                ("reason", "age_features")
            );
            return (
                (await reviewer.GetAsync(grade)).Text.Contains(
                    "An opinion is wanted",
                    StringComparison.Ordinal
                ),
                await reviewer.HasFormAsync(
                    page,
                    grade.Replace("/grade", "/opinion", StringComparison.Ordinal)
                )
            );
        }
    }

    [Fact]
    public void An_account_of_a_sample_has_the_shape_of_the_others_and_is_none_of_them()
    {
        Assert.Matches("^[0-9]{10}$", SamplePseudonym.Like([]));
        Assert.Matches("^[0-9]{12}$", SamplePseudonym.Like(["482911038842"]));
        // One name is not kept: only what three begin with is a format.
        Assert.Matches("^[a-z]{5}\\.[a-z]{5}[0-9]{4}$", SamplePseudonym.Like(["maria.lopez1987", "maria.x"]));
        Assert.NotEqual("maria", SamplePseudonym.Like(["maria.lopez1987", "maria.x"])[..5]);
        Assert.Matches("^user-[0-9]{10}$", SamplePseudonym.Like(["user-1", "user-2", "user-31"]));
        Assert.Matches(
            "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
            SamplePseudonym.Like(["0b6e1c7a-52d4-4c1e-9f0a-3d2b1a4c5e6f"])
        );
    }

    [Fact(Timeout = 180_000)]
    public async Task Samples_made_in_the_console_with_facts_qualify_for_filing()
    {
        await using var server = await TestServer.StartAsync();
        using var senior = await ConsoleUser.InviteAsync(server, "sen.ior", "senior_reviewer");
        using var reviewer = await server.ReviewerAsync();
        (string, string)[] facts =
        [
            ("age", "adult"),
            ("activity", "none"),
            ("depiction", "drawn"),
            ("fact", "liveStreamed"),
        ];
        var partly = await AddAsync(senior, "Made", ("age", "adult"), ("activity", ""), ("depiction", ""));
        Assert.Equal(HttpStatusCode.BadRequest, partly.Status);
        for (var number = 0; number < 10; number++)
        {
            var added = await AddAsync(senior, $"Made {number}", facts);
            Assert.Contains("created", added.Location, StringComparison.Ordinal);
        }
        Assert.Contains(
            "with facts",
            (await senior.GetAsync("/console/training")).Text,
            StringComparison.Ordinal
        );

        for (var answered = 0; answered < 10; answered++)
        {
            var begun = await reviewer.PostAsync("/console/training", "/console/training/next");
            var path = begun.Location.Split('?')[0];
            var shown = (await reviewer.GetAsync(path)).Text;
            var grade = shown[shown.IndexOf($"{path}/items/", StringComparison.Ordinal)..].Split('"')[0];
            await reviewer.PostAsync(grade, grade, [.. facts, ("reason", "by_the_facts")]);
            await DecideAsync(reviewer, path);
        }

        var people = (await server.GetJsonAsync("/v1/training/people")).GetProperty("people");
        Assert.Equal(
            ["filing", "review"],
            people[0].GetProperty("qualifications").EnumerateArray().Select(one => one.Text("track")).Order()
        );
    }

    private static object Sample(string title) =>
        new
        {
            title,
            problemType = "suspected_csam",
            surface = "comment",
            jurisdiction = "DE",
            text = "A drawing of a house.",
            verdict = "not_csam",
            explanation = "A house.",
        };

    private static async Task<string> FlagAsync(TestServer server, string account) =>
        (
            await server.PostAsync(
                "/v1/flags",
                new
                {
                    account,
                    surface = "comment",
                    jurisdiction = "DE",
                    reason = "csam",
                    text = "Please look at this.",
                },
                HttpStatusCode.Accepted
            )
        ).Text("caseRef");

    /// <summary>What a reader of a case could tell it by.</summary>
    private static string Shape(CaseView view)
    {
        var item = view.Items[0];
        return JsonSerializer.Serialize(
            new
            {
                view.Case.Origin,
                view.Case.State,
                view.Case.ItemCount,
                view.Case.IsTest,
                view.Case.NamesNoSuspect,
                view.Work.ProblemType,
                view.Work.Priority,
                view.Work.Surface,
                view.Work.Jurisdiction,
                view.Kept,
                HasAccount = view.Account is not null,
                item.ScanId,
                ItemOrigin = item.Origin,
                item.ContentRef,
                item.Decision,
                item.Summary,
                item.FlagCount,
                item.Strength,
                HasItemText = item.TextCharacters > 0,
                Flags = view.Flags.Select(flag => new
                {
                    flag.Reason,
                    flag.Reporter,
                    flag.Count,
                    HasText = flag.TextCharacters > 0,
                }),
            }
        );
    }

    private static Task<CaseView> ReadAsync(TestServer server, Actor actor, string reference) =>
        server.Kernel().Db.ReadAsync(actor, Permission.CaseRead, tx => ReadCase.RunAsync(tx, reference));

    private static Task<IReadOnlyList<string>> OverviewAsync(TestServer server) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx => tx.QueryAsync<string>("select ref from case_overview")
            );

    private static string RefOf(ConsoleUser.Answer answer) => answer.Location.Split('?')[0].Split('/')[^1];

    private static Task<ConsoleUser.Answer> NextAsync(ConsoleUser user) =>
        user.PostAsync("/console/cases", "/console/cases/next");

    private static Task<ConsoleUser.Answer> SearchAsync(ConsoleUser user, string account) =>
        user.PostAsync("/console/cases", "/console/cases/search", ("wanted", account));

    private static Task<ConsoleUser.Answer> DecideAsync(ConsoleUser user, string casePath) =>
        user.PostAsync(casePath, $"{casePath}/decision", ("verdict", "not_csam"), ("reason", ReviewWork.Why));

    private static Task<ConsoleUser.Answer> AddAsync(
        ConsoleUser user,
        string title,
        params (string, string)[] facts
    ) =>
        user.PostAsync(
            "/console/training",
            "/console/training/samples",
            [
                ("title", title),
                ("problemType", "other"),
                ("surface", "comment"),
                ("jurisdiction", "DE"),
                ("origin", "hand"),
                ("summary", ""),
                ("text", "A drawing of a house."),
                ("verdict", "not_csam"),
                ("explanation", "A house."),
                .. facts,
            ]
        );
}
