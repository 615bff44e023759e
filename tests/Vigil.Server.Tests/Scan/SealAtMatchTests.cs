using System.Security.Cryptography;
using Vigil.Hashing;
using Vigil.Matching;
using Vigil.Matching.Lists;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Deciding;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Scan;

public class SealAtMatchTests
{
    [Fact(Timeout = 120_000)]
    public async Task Where_it_is_turned_on_the_file_of_a_hit_is_in_its_case_before_the_answer_and_of_a_miss_nothing_stays()
    {
        await using var server = await ListedAsync(new ContentLimits(), Known(1), Known(2));
        var off = await ScanOfAsync(server, Known(1), "one");
        Assert.Equal(0, await ContentsAsync(server, off));
        await TurnOnAsync(server);

        var hit = await ScanOfAsync(server, Known(2), "two");
        var miss = await server.ScanAsync(Scanning.Picture, "surface=comment");

        Assert.Equal(("block", "none"), (hit.Decision, miss.Decision));
        Assert.Equal(1, await ContentsAsync(server, hit));
        Assert.Equal(
            1,
            await server.Server.CountAsync("select count(*) from content where tenant = @tenant")
        );
        var (item, id) = (await ItemAsync(server, hit), await ContentAsync(server));
        Assert.Equal(item, id.Item);
        await using var kept = server
            .Get<TrustKernel>()
            .Contents.Kept.Of(TenantId.Default)
            .Locker.Get(id.Content.ToString("n"));
        Assert.Equal(SHA256.HashData(Known(2)), await SHA256.HashDataAsync(kept));
        Assert.Single(await server.LedgerAsync("content.sealed"));
        Assert.Equal(0, server.Get<Vigil.Server.Features.Scan.Intake.BytesInFlight>().Now);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_cannot_be_sealed_is_answered_all_the_same_and_stands_in_its_case_and_in_an_alarm()
    {
        await using var server = await ListedAsync(new ContentLimits { MaxPerCase = 0 }, Known(1));
        await TurnOnAsync(server);

        var hit = await ScanOfAsync(server, Known(1), "one");

        Assert.True(hit.Decision == "block", hit.Body.ToString());
        Assert.Equal(0, await ContentsAsync(server, hit));
        Assert.Equal(
            1,
            await server.Server.CountAsync(
                "select count(*) from case_event where tenant = @tenant and what = 'content_not_sealed'"
            )
        );
        Assert.Contains(
            "seal_at_match_failed",
            await server.Client.GetStringAsync("/v1/alarms"),
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task A_request_that_comes_again_seals_what_was_not_sealed_then_once()
    {
        await using var server = await ListedAsync(new ContentLimits(), Known(1));
        // As if the program had ended between the decision and the sealing.
        var first = await AgainAsync();
        Assert.Equal(0, await ContentsAsync(server, first));
        await TurnOnAsync(server);
        for (var i = 0; i < 2; i++)
        {
            var again = await AgainAsync();
            Assert.Equal((first.ScanId, "block"), (again.ScanId, again.Decision));
            Assert.Equal(1, await ContentsAsync(server, first));
        }
        Assert.Equal(await ItemAsync(server, first), (await ContentAsync(server)).Item);
        Assert.Single(await server.LedgerAsync("content.sealed"));

        Task<Answered> AgainAsync() => ScanOfAsync(server, Known(1), "one", "the-same-key");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_list_that_names_no_suspect_has_nothing_sealed()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        await server.LoadedAsync();
        var list = await server.ListAsync("own", purpose: ListPurpose.IntimateImageAbuse);
        await server.EntryAsync(list, new SignalValue { Sha256 = SHA256.HashData(Known(1)) });
        await TurnOnAsync(server);

        var hit = await TestServer.EventuallyAsync(
            async () =>
                await ScanOfAsync(server, Known(1), "one") is { Decision: not "none" } answer ? answer : null,
            "the entry is searched"
        );
        hit = await ScanOfAsync(server, Known(1), "one", "the-same-key");
        hit = await ScanOfAsync(server, Known(1), "one", "the-same-key");

        Assert.NotNull(hit.Text("caseRef"));
        Assert.Equal(0, await ContentsAsync(server, hit));
    }

    private static byte[] Known(byte which) => [.. Scanning.Picture, which];

    private static async Task<TestServer> ListedAsync(ContentLimits limits, params byte[][] files)
    {
        var server = await TestServer.StartAsync(Profile.Demo, options => options with { Contents = limits });
        await server.LoadedAsync();
        var list = await server.ListAsync("made");
        foreach (var file in files)
        {
            await server.EntryAsync(list, new SignalValue { Sha256 = SHA256.HashData(file) });
            await server.WithinASecondAsync(
                new ScanFacts
                {
                    Fingerprint = new Fingerprint
                    {
                        Sha256 = Digest.FromBytes(DigestAlgorithm.Sha256, SHA256.HashData(file)),
                    },
                },
                Outcome.Block
            );
        }
        return server;
    }

    private static Task<Answered> ScanOfAsync(
        TestServer server,
        byte[] file,
        string account,
        string? key = null
    ) =>
        server.ScanAsync(
            file,
            "surface=comment",
            change: request =>
            {
                request.Headers.Add("Vigil-Account", account);
                request.Headers.Add("Idempotency-Key", key is null ? [] : [key]);
            }
        );

    /// <summary>Settings of scans are read every two seconds.</summary>
    private static async Task TurnOnAsync(TestServer server)
    {
        await server.SetAsync(ScanRules.SealAtMatchSetting, "on");
        await Task.Delay(TimeSpan.FromSeconds(2.1), TestContext.Current.CancellationToken);
    }

    private static Task<long> ContentsAsync(TestServer server, Answered hit) =>
        server.Server.CountAsync(
            $"select count(*) from content where tenant = @tenant and case_ref = '{hit.Text("caseRef")}'"
        );

    private static Task<Guid> ItemAsync(TestServer server, Answered hit) =>
        server.AskAsync<Guid>(
            "select id from case_item where tenant = @tenant and decision_id = @scan",
            new { scan = hit.ScanId }
        );

    private static async Task<(Guid Content, Guid? Item)> ContentAsync(TestServer server) =>
        (
            await server.AskAsync<Guid>("select id from content where tenant = @tenant"),
            await server.AskAsync<Guid?>("select item_id from content where tenant = @tenant")
        );
}
