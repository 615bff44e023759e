using Vigil.Server.Features.Cases;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Http;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Viewing;
using Vigil.Trust;

namespace Vigil.Server.Tests.Cases;

/// <summary>Who works inside fences is named no case but those they may open.</summary>
public class OtherCaseTests
{
    private static readonly Permission[] Reads = [Permission.CaseRead, Permission.DecisionRead];

    [Fact(Timeout = 180_000)]
    public async Task Where_an_equal_file_was_seen_is_named_to_who_may_open_that_case()
    {
        var time = new ManualTime();
        await using var server = await KnownWork.ListedAsync(time);
        using var reviewer = await server.ReviewerAsync();
        var file = ViewingWork.Picture(2);
        var first = await server.UploadAsync(KnownWork.Near(file), "user-1");
        await server.SeeAsync(reviewer, await server.BringAsync(first, file), time);
        await server.DecideAsync(first.CaseRef!);
        var known = await server.UploadAsync(KnownWork.Near(file), "user-4");
        var content = await server.BringAsync(known, file);
        var fenced = Fenced.Of(Reads);
        await server.GrantAsync(fenced, known.CaseRef!);

        var (why, facts, page) = await ReadAsync();
        Assert.All(
            [why, facts, page],
            text => Assert.DoesNotContain(first.CaseRef!, text, StringComparison.Ordinal)
        );
        Assert.Contains("seen whole here and confirmed on", why, StringComparison.Ordinal);
        Assert.Contains("in another case", facts, StringComparison.Ordinal);
        Assert.Equal([known.ScanId], await ListedAsync());
        var refused = await Assert.ThrowsAsync<ProblemException>(() => WhyAsync(first.ScanId));
        Assert.Equal(404, refused.Status);

        await server.GrantAsync(fenced, first.CaseRef!);

        (why, facts, page) = await ReadAsync();
        Assert.All(
            [why, facts, page],
            text => Assert.Contains($"in case {first.CaseRef}", text, StringComparison.Ordinal)
        );
        Assert.Equal(2, (await ListedAsync()).Count);

        async Task<(string Why, string Facts, string Page)> ReadAsync()
        {
            var view = await CaseAsync(server, fenced, known.CaseRef!);
            return (
                await WhyAsync(known.ScanId),
                string.Join(' ', view.Facts.SelectMany(fact => fact.Matches).Select(match => match.Text)),
                await server
                    .Kernel()
                    .Db.ReadAsync(
                        fenced,
                        Permission.CaseRead,
                        async tx =>
                            (
                                await Features.Viewing.Showing.ContentPageView.ReadAsync(tx, content, null)
                            ).Judged
                            ?? ""
                    )
            );
        }

        Task<string> WhyAsync(Guid scan) =>
            server
                .Kernel()
                .Db.ReadAsync(
                    fenced,
                    Permission.DecisionRead,
                    async tx =>
                    {
                        var found = await DecisionQueries.GetAsync(tx, scan);
                        return PlainWords.Match(found.Why.Findings[0].Fact, "pictures", found.NamedCases);
                    }
                );

        async Task<List<Guid>> ListedAsync() =>
            [
                .. (
                    await server
                        .Kernel()
                        .Db.ReadAsync(
                            fenced,
                            Permission.DecisionRead,
                            tx => DecisionQueries.ListAsync(tx, new DecisionFilter())
                        )
                ).Select(row => row.Id),
            ];
    }

    [Fact(Timeout = 120_000)]
    public async Task A_case_that_is_continued_or_written_of_is_named_to_who_may_open_it()
    {
        await using var server = await TestServer.StartAsync();
        var (full, more) = (await server.OpenAsync("user-1"), await server.OpenAsync("user-2"));
        await ContinueAsync(server, full, more);
        await server.PostAsync(
            $"/v1/cases/{more}/notes",
            new { text = $"A duplicate of {full.ToLowerInvariant()}, I think." }
        );
        var fenced = Fenced.Of(Reads);
        await server.GrantAsync(fenced, more);

        var (named, said) = await ReadAsync();
        Assert.Null(named);
        Assert.Equal("A duplicate of another case, I think.", said);

        await server.GrantAsync(fenced, full);

        (named, said) = await ReadAsync();
        Assert.Equal(full, named);
        Assert.Contains(full, said, StringComparison.OrdinalIgnoreCase);

        async Task<(string? Named, string Said)> ReadAsync()
        {
            var view = await CaseAsync(server, fenced, more);
            return (view.Case.Continues, view.Timeline.Single(line => line.What == "note").Text!);
        }
    }

    private static Task<CaseView> CaseAsync(TestServer server, Actor reader, string reference) =>
        server.Kernel().Db.ReadAsync(reader, Permission.CaseRead, tx => ReadCase.RunAsync(tx, reference));

    /// <summary>As where the first is full.</summary>
    private static Task<int> ContinueAsync(TestServer server, string full, string more) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: true,
                tx =>
                    tx.ExecuteAsync(
                        "update case_file set continues = @full where tenant = @tenant and ref = @more",
                        new { full, more }
                    )
            );
}
