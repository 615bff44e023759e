using System.Net;
using System.Text.RegularExpressions;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Viewing;

/// <summary>Each view is one act of the ledger and one record, and nothing else is.</summary>
public partial class CountTests
{
    [Fact(Timeout = 600_000)]
    public async Task Whatever_people_do_each_view_has_one_act_and_one_record_and_names_it()
    {
        var runs = Environment.GetEnvironmentVariable("VIGIL_TEST_LONG") == "1" ? 1000 : 60;
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}, {runs} acts");
        var random = new Random(seed);
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(
            Profile.Demo,
            options => options with { Time = time }
        );
        var reference = await server.CaseAsync();
        Guid[] contents =
        [
            await server.SealAsync(reference, ViewingWork.Picture(1)),
            await server.SealAsync(reference, ViewingWork.Picture(2)),
            // No picture: opened, and nothing to show.
            await server.SealAsync(reference, [.. "no picture at all"u8]),
        ];
        using var one = await server.ReviewerAsync();
        using var other = await server.ReviewerAsync("oth.er");
        var shown = 0;
        var tokens = new List<(ConsoleUser User, Guid Content, string Token)>();
        var views = new List<(Guid Content, string View)>();
        for (var run = 0; run < runs; run++)
        {
            var user = random.Next(2) == 0 ? one : other;
            var content = contents[random.Next(contents.Length)];
            switch (random.Next(7))
            {
                case 0:
                    shown += (await user.RenditionAsync(content)).Status == HttpStatusCode.OK ? 1 : 0;
                    break;
                case 1:
                    if (await user.TokenAsync(content) is { Status: HttpStatusCode.OK } given)
                    {
                        tokens.Add((user, content, given.TokenOrCode));
                    }
                    break;
                case 2 or 3 when tokens.Count > 0:
                    // Also used ones, others' ones, and for other contents.
                    var token = tokens[random.Next(tokens.Count)];
                    var isOwn = random.Next(3) > 0;
                    var answer = await (isOwn ? token.User : user).RevealAsync(
                        isOwn ? token.Content : content,
                        token.Token
                    );
                    if (answer.Status == HttpStatusCode.OK)
                    {
                        shown++;
                        views.Add((content, answer.ViewOf()));
                    }
                    break;
                case 4 when views.Count > 0:
                    var view = views[random.Next(views.Count)];
                    await user.EndAsync(view.Content, view.View, random.Next(20_000));
                    break;
                case 5:
                    shown += (await user.MetadataAsync(content)).Status == HttpStatusCode.OK ? 1 : 0;
                    break;
                default:
                    time.Advance(TimeSpan.FromSeconds(random.Next(20)));
                    break;
            }
        }
        await EqualAsync(server, contents[2], shown);
    }

    private static async Task EqualAsync(TestServer server, Guid unshowable, int shown)
    {
        var acts = await server.LedgerAsync("content.opened");
        var records = await server.ViewsAsync();
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{shown} shown, {acts.Count} acts, {records.Count} records"
        );
        Assert.Equal(acts.Count, records.Count);
        Assert.Equal(shown, records.Count(view => view.ContentId != unshowable));
        Assert.InRange(shown, 1, acts.Count);
        var named = acts.Select(act =>
            (ViewId().Match(act.Text("reason")).Groups["id"].Value, act.Text("object"), act.Text("actor"))
        );
        Assert.Equal(
            records.Select(view => (view.Id.ToString(), view.ContentId.ToString(), view.Viewer)).Order(),
            named.Order()
        );
        Assert.All(records, view => Assert.InRange(view.Seconds, 0, 10));
        Assert.All(
            records.Where(view => view.ContentId == unshowable),
            view => Assert.Equal((0.0, false), (view.Seconds, view.ShownWhole))
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task Without_its_act_in_the_ledger_no_byte_is_shown_and_there_was_no_view()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var content = await server.SealAsync(await server.CaseAsync(), ViewingWork.Picture(1));
        using var reviewer = await server.ReviewerAsync();
        var (_, token) = await reviewer.TokenAsync(content);
        var forgery = await reviewer.ForgeryAsync($"/console/contents/{content}/metadata");
        await RenameAsync(server, "ledger_event", "ledger_away");

        var revealed = await reviewer.RevealAsync(content, token);
        var (status, body, _) = await reviewer.RenditionAsync(content);
        var told = await reviewer.RawPostAsync(
            $"/console/contents/{content}/metadata",
            ("reason", "grade"),
            ("text", "Grading the case."),
            ("__RequestVerificationToken", forgery)
        );
        Assert.InRange((int)told.Status, 500, 503);
        Assert.DoesNotContain("ImageWidth", told.Text, StringComparison.Ordinal);
        Assert.InRange((int)revealed.Status, 500, 503);
        Assert.InRange((int)status, 500, 503);
        Assert.DoesNotContain("JFIF", revealed.Text, StringComparison.Ordinal);
        Assert.Equal(-1, body.AsSpan().IndexOf("JFIF"u8));
        Assert.Empty(await server.ViewsAsync());

        await RenameAsync(server, "ledger_away", "ledger_event");
        Assert.Equal(HttpStatusCode.OK, (await reviewer.RenditionAsync(content)).Status);
        Assert.Single(await server.ViewsAsync());
        Assert.Contains("ImageWidth", (await reviewer.MetadataAsync(content)).Text, StringComparison.Ordinal);
    }

    private static Task<int> RenameAsync(TestServer server, string from, string to) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                tx => tx.ExecuteAsync($"alter table {from} rename to {to}")
            );

    [Fact(Timeout = 120_000)]
    public async Task Another_tenants_content_is_not_there()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        var content = await server.SealAsync(await server.CaseAsync(), ViewingWork.Picture(1));
        var stranger = new Actor(
            new TenantId("another"),
            ActorKind.Person,
            "person:x",
            Grants.Of([Role.Reviewer])
        );
        var ids = new SignedIn
        {
            Actor = stranger,
            SessionId = Guid.NewGuid(),
            PersonId = Guid.NewGuid(),
            Pseudonym = "x",
            DisplayName = "X",
            Roles = [Role.Reviewer],
            CreatedAt = DateTimeOffset.UtcNow,
            ExpiresAt = DateTimeOffset.UtcNow.AddHours(1),
            Idle = TimeSpan.FromHours(1),
            VerifiedAt = DateTimeOffset.UtcNow,
            StepUpFor = TimeSpan.FromHours(1),
        };
        var db = server.Kernel().Db;

        var refused = await Assert.ThrowsAsync<Vigil.Server.Http.ProblemException>(() =>
            db.WriteAsync(
                stranger,
                Permission.ContentRender,
                tx =>
                    Vigil.Server.Features.Viewing.Seeing.AskView.ForRenditionAsync(
                        tx,
                        ids,
                        content,
                        Vigil.Server.Features.Viewing.Seeing.RenditionKind.GreyStrong
                    )
            )
        );
        Assert.Equal((404, "not_found"), (refused.Status, refused.Code));
        await Assert.ThrowsAsync<ContentException>(() =>
            server.Kernel().Contents.OpenAsync(stranger, content, Permission.ContentRender, "test")
        );
        Assert.Empty(await server.ViewsAsync());
        Assert.Empty(await server.LedgerAsync("content.opened"));
    }

    [GeneratedRegex(@"\[view (?<id>[0-9a-f-]{36})\]$", RegexOptions.ExplicitCapture)]
    private static partial Regex ViewId();
}
