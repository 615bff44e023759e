using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Scan;

public class RateTests
{
    [Fact(Timeout = 120_000)]
    public async Task Bytes_over_what_the_process_may_hold_are_refused_and_come_in_later()
    {
        await using var server = await TestServer.StartAsync(change: options =>
            options with
            {
                Scan = options.Scan with { MaxBytesInFlight = (Scanning.Picture.Length * 3) / 2 },
            }
        );
        using var workers = await StoppedWorkers.OfAsync(server);
        var first = server.ScanAsync(Scanning.Picture);
        await workers.JobsAsync(1);

        var second = await server.ScanAsync(Scanning.Picture, "surface=comment&onFailure=open");
        workers.Continue();

        Assert.Equal((429, "too_many_bytes_in_flight"), (second.Status, second.Code));
        Assert.Equal(("open", "allow"), (second.Text("onFailure"), second.Text("action")));
        Assert.NotNull(second.Response.Headers.RetryAfter);
        Assert.Equal("none", (await first).Decision);
        Assert.Equal("none", (await server.ScanAsync(Scanning.Picture)).Decision);
    }

    [Fact(Timeout = 120_000)]
    public async Task Files_over_what_may_wait_for_a_worker_are_refused()
    {
        await using var server = await TestServer.StartAsync(change: options =>
            options with
            {
                Scan = options.Scan with { MaxWaitingMedia = 0 },
            }
        );
        using var workers = await StoppedWorkers.OfAsync(server);
        var first = server.ScanAsync(Scanning.Picture);
        await workers.JobsAsync(1);

        var second = await server.ScanAsync(Scanning.Picture);
        workers.Continue();

        Assert.Equal((429, "media_queue_full", "hold"), (second.Status, second.Code, second.Text("action")));
        Assert.Equal("none", (await first).Decision);
    }

    [Fact(Timeout = 60_000)]
    public async Task One_key_cannot_ask_more_than_its_rate_and_a_batch_counts_its_items()
    {
        await using var server = await TestServer.StartAsync(change: options =>
            options with
            {
                Scan = options.Scan with { KeyScansPerSecond = 5 },
            }
        );
        var item = new
        {
            id = "a",
            surface = "comment",
            hashes = new { sha256 = Scanning.Sha256 },
        };

        var batch = await server.ScanJsonAsync(new { items = Enumerable.Repeat(item, 9) }, "/v1/scan/batch");
        var more = await server.ScanJsonAsync(new { items = Enumerable.Repeat(item, 9) }, "/v1/scan/batch");

        Assert.Equal(200, batch.Status);
        Assert.Equal((429, "key_rate"), (more.Status, more.Code));
        Assert.NotNull(more.Response.Headers.RetryAfter);
    }

    [Fact(Timeout = 60_000)]
    public async Task One_account_cannot_be_used_to_try_pictures_out()
    {
        await using var server = await TestServer.StartAsync();
        var answers = new List<Answered>();
        for (var i = 0; i < 61; i++)
        {
            answers.Add(await HashesAsync("account-1"));
        }

        Assert.All(answers[..60], answer => Assert.Equal("none", answer.Decision));
        Assert.Equal((429, "account_rate"), (answers[60].Status, answers[60].Code));
        Assert.Equal("none", (await HashesAsync("account-2")).Decision);

        Task<Answered> HashesAsync(string account) =>
            server.ScanJsonAsync(
                new
                {
                    surface = "comment",
                    account,
                    hashes = new { sha256 = Scanning.Sha256 },
                }
            );
    }

    [Fact(Timeout = 60_000)]
    public async Task Wrong_keys_are_told_to_wait_and_a_right_one_from_the_same_address_is_not()
    {
        await using var server = await TestServer.StartAsync();
        using var wrong = server.ClientWith("vk_aaaaaaaaaa_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
        var statuses = new List<int>();
        for (var i = 0; i < 31; i++)
        {
            statuses.Add((int)(await wrong.PostAsync("/v1/scan?surface=comment", null)).StatusCode);
        }

        Assert.All(statuses[..30], status => Assert.Equal(401, status));
        Assert.Equal(429, statuses[30]);
        Assert.Equal("none", (await server.ScanAsync(Scanning.Picture)).Decision);
    }
}
