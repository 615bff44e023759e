using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Lists;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Deciding;

public class DecisionTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_miss_writes_nothing()
    {
        await using var server = await TestServer.StartAsync();
        await server.LoadedAsync();
        var wasCalled = false;

        var decision = await server
            .Get<Decider>()
            .DecideAsync(
                Made.Scanner,
                Made.Subject(),
                Made.Scan("nothing"),
                (_, _) =>
                {
                    wasCalled = true;
                    return Task.CompletedTask;
                },
                Made.Stop
            );

        Assert.Equal((Outcome.None, 1L), (decision.Outcome, decision.PolicyVersion));
        Assert.False(wasCalled);
        Assert.Equal(0, await CountAsync(server, "decision"));
        Assert.Equal(0, await CountAsync(server, "outbox_event"));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_could_not_be_looked_up_is_never_none()
    {
        await using var server = await TestServer.StartAsync();
        await server.LoadedAsync();
        var facts = Made.Scan("nothing") with { NotLookedUp = "unsupported_format" };

        var decision = await server.DecideAsync(facts);

        Assert.Equal((Outcome.NotScanned, "unsupported_format"), (decision.Outcome, decision.Code));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_hit_has_a_case_a_why_and_an_event_all_or_none()
    {
        await using var server = await TestServer.StartAsync();
        server.AnswerCases();
        await server.LoadedAsync();
        var list = await server.ListAsync("made");
        var entry = await server.EntryAsync(list, Made.File("one"));
        await server.WithinASecondAsync(Made.Scan("one"), Outcome.Block);
        var before = await CountAsync(server, "decision");
        var subject = Made.Subject(contentRef: "post/7");

        await Assert.ThrowsAsync<InvalidDataException>(() =>
            server
                .Get<Decider>()
                .DecideAsync(
                    Made.Scanner,
                    subject,
                    Made.Scan("one"),
                    (_, _) => throw new InvalidDataException("the caller's part failed"),
                    Made.Stop
                )
        );
        Assert.Equal(before, await CountAsync(server, "decision"));

        var decision = await server.DecideAsync(Made.Scan("one"), subject);
        Assert.True(CaseRef.IsWellFormed(decision.CaseRef!));
        Assert.Equal(before + 1, await CountAsync(server, "decision"));

        using var response = await server.Client.GetAsync($"/v1/decisions/{subject.ScanId}", Made.Stop);
        var why = await TestServer.JsonOf(response);
        var finding = Assert.Single(why.GetProperty("findings").EnumerateArray());
        Assert.Equal(entry.EntryId, finding.GetProperty("entryId").GetGuid());
        Assert.Equal("known", finding.GetProperty("strength").GetString());
        Assert.Equal(3, finding.GetProperty("rule").GetInt32());
        Assert.Contains(
            "SHA-256 equal to an entry of list “made”",
            finding.GetProperty("text").GetString(),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            Convert.ToHexStringLower(Made.Sha256("one")),
            why.GetRawText(),
            StringComparison.OrdinalIgnoreCase
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task Decisions_taken_at_once_are_each_written_once()
    {
        await using var server = await TestServer.StartAsync();
        server.AnswerCases();
        await server.LoadedAsync();
        var list = await server.ListAsync("made");
        await server.EntryAsync(list, Made.File("one"));
        await server.WithinASecondAsync(Made.Scan("one"), Outcome.Block);
        var before = await CountAsync(server, "decision");

        var decisions = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(_ => server.DecideAsync(Made.Scan("one")))
        );

        Assert.All(decisions, decision => Assert.Equal(Outcome.Block, decision.Outcome));
        Assert.Equal(before + 40, await CountAsync(server, "decision"));
        Assert.Equal(before + 40, await CountAsync(server, "decision_entry"));
        var events = await server.AskAsync<long>(
            "select count(*) from outbox_event where tenant = @tenant and type = 'decision.made'"
        );
        Assert.Equal(before + 40, events);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_list_in_shadow_never_changes_an_answer_and_is_counted()
    {
        await using var server = await TestServer.StartAsync();
        await server.LoadedAsync();
        var list = await server.ListAsync("shadowed", mode: "Shadow");
        await server.EntryAsync(list, Made.File("one"));
        await TestServer.EventuallyAsync<object>(
            async () =>
            {
                var decision = await server.DecideAsync(Made.Scan("one"));
                Assert.Equal(Outcome.None, decision.Outcome);
                return
                    await server.AskAsync<long>(
                        "select coalesce(sum(count), 0) from shadow_count where tenant = @tenant"
                    ) > 0
                    ? decision
                    : null;
            },
            "the shadow is counted"
        );

        Assert.Equal(0, await CountAsync(server, "outbox_event"));
        using var counts = await server.Client.GetAsync("/v1/shadow", Made.Stop);
        var first = (await TestServer.JsonOf(counts)).GetProperty("counts")[0];
        Assert.Equal("shadowed", first.GetProperty("list").GetString());
        Assert.Equal("block", first.GetProperty("would").GetString());

        using var shown = await server.Client.GetAsync("/v1/decisions?decision=shadow", Made.Stop);
        var decision = (await TestServer.JsonOf(shown)).GetProperty("decisions")[0];
        Assert.Equal("none", decision.GetProperty("decision").GetString());
        Assert.Equal("block", decision.GetProperty("withShadows").GetString());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_suppressed_file_is_quiet_counted_sampled_and_back_when_it_expires()
    {
        await using var server = await TestServer.StartAsync();
        await server.LoadedAsync();
        var list = await server.ListAsync("made");
        await server.EntriesAsync(list, [Made.File("one"), Made.File("old")]);
        await server.SuppressAsync("old", DateTimeOffset.UtcNow.AddSeconds(-1));
        await server.SuppressAsync("one", DateTimeOffset.UtcNow.AddDays(1), sampleEvery: 5);
        await server.WithinASecondAsync(Made.Scan("old"), Outcome.Block);
        var from = await server.WithinASecondAsync(Made.Scan("one"), Outcome.None);

        var outcomes = new List<Outcome>();
        for (var i = 0; i < 10; i++)
        {
            outcomes.Add((await server.DecideAsync(Made.Scan("one"))).Outcome);
        }

        Assert.Equal(2, outcomes.Count(outcome => outcome == Outcome.Review));
        Assert.Equal(8, outcomes.Count(outcome => outcome == Outcome.None));
        Assert.NotEqual(0, from.ListGeneration);
        // A picture alone is no exact match of what is suppressed.
        Assert.Equal(Outcome.Block, (await server.DecideAsync(Made.Scan("old"))).Outcome);
    }

    [Fact(Timeout = 60_000)]
    public async Task Contradicting_fingerprints_go_to_a_person_whatever_the_policy()
    {
        await using var server = await TestServer.StartAsync();
        await server.LoadedAsync();
        var list = await server.ListAsync("made");
        await server.EntryAsync(
            list,
            new SignalValue { Sha256 = Made.Sha256("one"), Md5 = Made.Sha256("other")[..16] }
        );
        var facts = new ScanFacts
        {
            Fingerprint = new Fingerprint
            {
                Sha256 = Digest.FromBytes(DigestAlgorithm.Sha256, Made.Sha256("one")),
                Md5 = Digest.FromBytes(DigestAlgorithm.Md5, Made.Sha256("mine").AsSpan(0, 16)),
            },
        };

        await server.WithinASecondAsync(facts, Outcome.Review);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_intimate_image_list_blocks_content_but_names_no_suspect()
    {
        await using var server = await TestServer.StartAsync();
        CaseWanted? asked = null;
        var reactions = server.Get<TrustKernel>().Reactions;
        await server.LoadedAsync();
        if (!reactions.IsAnswered<CaseWanted>())
        {
            reactions.Answer<CaseWanted, CaseRef>(
                (_, wanted) =>
                {
                    asked = wanted;
                    return Task.FromResult(CaseRef.New());
                }
            );
        }
        var list = await server.ListAsync("intimate", purpose: ListPurpose.IntimateImageAbuse);
        await server.EntryAsync(list, Made.File("one"));

        var decision = await server.WithinASecondAsync(Made.Scan("one"), Outcome.Block);

        Assert.True(asked?.NamesNoSuspect ?? true);
        Assert.True(
            await server.AskAsync<bool>(
                "select names_no_suspect from decision where tenant = @tenant and id = @id",
                new { id = decision.ScanId }
            )
        );
    }

    [Theory(Timeout = 60_000)]
    [InlineData("SelfDeclared")]
    [InlineData("SingleSource")]
    public async Task A_list_that_is_doubted_never_blocks(string confidence)
    {
        await using var server = await TestServer.StartAsync();
        await server.LoadedAsync();
        var list = await server.ListAsync("doubted", confidence: confidence);
        await server.EntryAsync(list, Made.File("one"));

        await server.WithinASecondAsync(Made.Scan("one"), Outcome.Review);
    }

    private static Task<long> CountAsync(TestServer server, string table) =>
        server.AskAsync<long>($"select count(*) from {table} where tenant = @tenant");
}
