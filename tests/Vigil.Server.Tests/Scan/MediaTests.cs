using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Scan;

public class MediaTests
{
    [Fact(Timeout = 120_000)]
    public async Task What_could_not_be_looked_at_is_never_none()
    {
        await using var server = await TestServer.StartAsync();
        var cut = Scanning.Picture[..(Scanning.Picture.Length / 2)];
        var damaged = (byte[])Scanning.Picture.Clone();
        damaged.AsSpan(40, 2000).Fill(0x55);
        byte[] video = [0, 0, 0, 24, .. "ftypisom"u8, 0, 0, 2, 0, .. "isomiso2"u8, .. new byte[64]];

        var truncated = await server.ScanAsync(cut);
        var broken = await server.ScanAsync(damaged, "surface=comment&onFailure=open");
        var film = await server.ScanAsync(video, "surface=public_post&wait=20", type: "video/mp4");

        Assert.Equal("not_scanned", truncated.Decision);
        Assert.Contains(truncated.Code, (string[])["truncated", "damaged"]);
        Assert.Equal(
            ("not_scanned", "open", "allow"),
            (broken.Decision, broken.Text("onFailure"), broken.Text("action"))
        );
        Assert.Equal(("not_scanned", "damaged"), (film.Decision, film.Code));
        Assert.Equal(("closed", "hold"), (film.Text("onFailure"), film.Text("action")));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_text_was_looked_up_whole_by_its_digests()
    {
        await using var server = await TestServer.StartAsync();

        var answer = await server.ScanAsync(
            "Hello, this is a text."u8.ToArray(),
            type: "application/octet-stream"
        );

        Assert.Equal(("none", null), (answer.Decision, answer.Code));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_worker_that_is_killed_in_the_middle_costs_its_scan_and_no_other()
    {
        await using var server = await TestServer.StartAsync();
        using var workers = await StoppedWorkers.OfAsync(server);

        var scan = server.ScanAsync(Scanning.Picture);
        await workers.JobsAsync(1);
        workers.Kill();
        var killed = await scan;
        var next = await server.ScanAsync(Scanning.Picture);

        Assert.Equal(("not_scanned", "worker_crashed"), (killed.Decision, killed.Code));
        Assert.Equal("none", next.Decision);
    }
}
