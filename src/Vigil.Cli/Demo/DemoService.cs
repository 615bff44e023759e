using System.Diagnostics;
using System.Text.Json;
using Spectre.Console;
using Vigil.Cli.Installation;
using Vigil.Cli.Output;
using Vigil.Cli.Samples;
using Vigil.Files;
using Vigil.Media;
using Vigil.Server;
using Vigil.Simulators;
using Vigil.Simulators.CyberTip;
using Profile = Vigil.Trust.Profile;

namespace Vigil.Cli.Demo;

/// <summary>
/// The second half of the demonstration: a server of its own, its list, the same pictures by HTTP, its own webhook
/// received, forty cases that six people work on. Everything on this machine, nothing kept.
/// </summary>
internal sealed class DemoService(Terminal terminal, DemoPictures pictures, string list, string folder)
{
    /// <summary>Longest wait for what the server does by itself: lists becoming visible, webhooks.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly string[] Shown =
    [
        "same pixels, PNG",
        "JPEG quality 30",
        "rotate 90",
        "crop 20 %",
    ];

    private readonly List<DemoMatch> _matches = [];

    /// <param name="place">For the server's data.</param>
    /// <param name="media">How its workers decode.</param>
    /// <param name="stays">Until it is told to end.</param>
    /// <param name="cancellation">Tells it.</param>
    public async Task RunAsync(string place, MediaOptions media, bool stays, CancellationToken cancellation)
    {
        await using var receiver = WebhookReceiver.Start();
        await using var tipline = CyberTipSimulator.Start();
        await using var server = await VigilServer.StartAsync(
            new ServerOptions
            {
                DataFolder = place,
                Profile = Profile.Demo,
                Urls = ["http://127.0.0.1:0"],
                Media = media,
                Outbound = new() { Allow = [new Uri(receiver.Url).Authority, tipline.Address.Authority] },
            },
            cancellation
        );
        foreach (var line in RootKeyWords.AtStart(server.RootKeys, server.Profile, place))
        {
            terminal.Write($"\n{line}\n");
        }
        using var api = new DemoApi(new Uri(server.Addresses[0]), server.FirstKey!);
        await PrepareAsync(api, receiver, cancellation);
        terminal.Write($"\nThe same pictures, scanned over HTTP at {server.Addresses[0]}:\n");
        await ShowScansAsync(api, cancellation);
        await ShowWebhooksAsync(receiver, _matches.Count, cancellation);
        using var people = await FillAsync(api, server, tipline, cancellation);
        if (!stays)
        {
            return;
        }
        people.Show(terminal);
        terminal.Write(
            $"""

            The console: {server.Addresses[0]}/console
            What arrived at the simulated CyberTipline: {new Uri(tipline.Address, "/")}
            API key of this demonstration: {server.FirstKey}
            Data folder: {place}
            Ctrl-C ends it: its ledger is verified, its folder removed.

            """
        );
        terminal.Flush();
        await server.RunAsync(cancellation);
    }

    private async Task PrepareAsync(DemoApi api, WebhookReceiver receiver, CancellationToken cancellation)
    {
        await DemoList.ServeAsync(api, list, cancellation);
        var webhook = await api.PostAsync(
            "/v1/webhooks",
            new { url = receiver.Url, label = "demo" },
            cancellation
        );
        receiver.Secrets = [webhook.GetProperty("secret").GetString()!];
        await pictures.WriteAsync(Transforms.All[0], cancellation);
        var listed = await ReadAsync(pictures.ListedNames.First(), cancellation);
        await EventuallyAsync(
            async () => (await ScanAsync(api, listed, 0, cancellation)).CaseRef is not null,
            cancellation
        );
    }

    private async Task<DemoScan> ScanAsync(
        DemoApi api,
        byte[] picture,
        int account,
        CancellationToken cancellation
    )
    {
        var scan = await api.ScanAsync(picture, account, cancellation);
        if (scan.CaseRef is not null)
        {
            _matches.Add(new DemoMatch(scan, picture));
        }
        return scan;
    }

    /// <summary>The people, once the cases are there and some of them worked on.</summary>
    private async Task<DemoPeople> FillAsync(
        DemoApi api,
        VigilServer server,
        CyberTipSimulator tipline,
        CancellationToken cancellation
    )
    {
        var started = Stopwatch.GetTimestamp();
        DemoPeople? people = null;
        var reported = "";
        await terminal.WithProgressAsync(
            "Six people and forty cases",
            async bar =>
            {
                var cases = new DemoCases(api);
                people = await DemoPeople.JoinAsync(
                    new Uri(server.Addresses[0]),
                    server.SetupCode!,
                    cancellation
                );
                bar?.Increment(20);
                await cases.BringAsync(_matches, cancellation);
                bar?.Increment(40);
                var matched = _matches.Select(match => match.Scan.CaseRef!).Distinct().ToList();
                var others = await cases.OpenOthersAsync(matched.Count, cancellation);
                bar?.Increment(20);
                await new DemoWork(api, people, cancellation).RunAsync(matched, others);
                var reports = new DemoReports(api, people, tipline, cancellation);
                reported = await reports.RunAsync(others[10], matched[0]);
            }
        );
        var (counts, more) = await DemoCounts.ReadAsync(api, cancellation);
        terminal.WriteTable(counts);
        terminal.Write(
            $"{more} {reported} Made in {Stopwatch.GetElapsedTime(started).TotalSeconds:N0} s.\n\n"
        );
        terminal.Flush();
        return people!;
    }

    private async Task ShowScansAsync(DemoApi api, CancellationToken cancellation)
    {
        var table = new Table()
            .Border(TableBorder.None)
            .AddColumns("  change", "block", "review", "none", "not scanned");
        var listed = pictures.ListedNames.ToHashSet(StringComparer.Ordinal);
        foreach (var transform in Transforms.All.Where(transform => Shown.Contains(transform.Name)))
        {
            await pictures.WriteAsync(transform, cancellation);
            var tally = new Dictionary<string, int>(StringComparer.Ordinal);
            var account = 0;
            foreach (var path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
            {
                var picture = await ReadAsync(Path.GetFileName(path), cancellation);
                var (decision, _, _) = await ScanAsync(api, picture, ++account, cancellation);
                tally[decision] = tally.GetValueOrDefault(decision) + 1;
            }
            string Cell(string decision) => $"{tally.GetValueOrDefault(decision)}";
            table.AddRow(
                $"  {transform.Name}",
                Cell("block"),
                Cell("review"),
                Cell("none"),
                Cell("not_scanned")
            );
        }
        terminal.WriteTable(table);
        terminal.Write($"{listed.Count} of the pictures are listed; the others are answered with none.\n");
    }

    private async Task ShowWebhooksAsync(WebhookReceiver receiver, int cases, CancellationToken cancellation)
    {
        if (cases > 0)
        {
            await EventuallyAsync(
                () => Task.FromResult(receiver.Accepted.Count >= pictures.Listed),
                cancellation
            );
        }
        foreach (
            var (type, count) in receiver
                .Accepted.CountBy(TypeOf)
                .OrderBy(pair => pair.Key, StringComparer.Ordinal)
        )
        {
            terminal.Write($"Webhook received, signature checked: {type}, {count} times\n");
        }
        terminal.Flush();
    }

    private static string TypeOf(ReceivedHook hook)
    {
        using var body = JsonDocument.Parse(hook.Body);
        return body.RootElement.GetProperty("type").GetString()!;
    }

    private async Task<byte[]> ReadAsync(string name, CancellationToken cancellation)
    {
        await using var stream = InputFile.OpenRead(Path.Combine(folder, name));
        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes, cancellation);
        return bytes;
    }

    private static async Task EventuallyAsync(Func<Task<bool>> look, CancellationToken cancellation)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await look())
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                throw new IOException(
                    $"The server did not do its part within {Patience.TotalSeconds:0} s: "
                        + "run 'vigil doctor', then try again."
                );
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
        }
    }
}
