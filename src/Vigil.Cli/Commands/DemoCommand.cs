using System.CommandLine;
using System.Diagnostics;
using Vigil.Cli.Demo;
using Vigil.Cli.Inputs;
using Vigil.Cli.Installation;
using Vigil.Cli.Lookups;
using Vigil.Cli.Output;
using Vigil.Cli.Samples;
using Vigil.Files;
using Vigil.Media;
using Vigil.Server;

namespace Vigil.Cli.Commands;

/// <summary>`vigil demo`: the whole way of a picture, on samples drawn for it.</summary>
internal static class DemoCommand
{
    private static readonly Option<bool> Exit = SharedOptions.Flag(
        "--exit",
        "End after the tables instead of serving on until Ctrl-C"
    );
    private static readonly Option<bool> Keep = SharedOptions.Flag(
        "--keep",
        "Leave the demonstration's folder in place"
    );
    private static readonly Option<string?> Card = SharedOptions.Text(
        "--test-card",
        "FILE",
        "Only write the test card, a harmless picture that '--list test-card' finds, to this file"
    );

    private static readonly InvocationConfiguration AsItIs = new()
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = null,
    };

    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "demo",
            """
            Draws sample pictures, lists some, changes all in everyday ways, and shows which are found.

            Then starts a server on this machine, scans the same pictures over HTTP, receives its own webhook, makes
            forty cases and six people who can be signed in as, and serves on until Ctrl-C. Verifies the ledger of it
            all. Works in a folder of its own that is removed at the end. Shows honestly what a fingerprint cannot
            find.

            Example:
              vigil demo
            """
        )
        {
            Exit,
            Keep,
            Card,
        };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, terminal, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed,
        Terminal terminal,
        CancellationToken cancellation
    )
    {
        if (parsed.GetValue(Card) is { } card)
        {
            Durable.Replace(card, stream => stream.Write(TestCard.Png));
            return ExitCode.Ok;
        }
        // What is drawn here is harmless; that a server can be dumped is no habit to show.
        _ = ProcessSecrecy.Apply();
        var place = Directory.CreateTempSubdirectory("vigil-demo-");
        try
        {
            using var settings = DataFolder.Of(parsed);
            using var data = new DataFolder(Path.Combine(place.FullName, "data"));
            var media = new MediaOptions
            {
                Sandbox = settings.ReadSandbox(parsed),
                OnWarning = terminal.Warn,
            };
            await using var pool = new MediaPool(media);
            var folder = Path.Combine(place.FullName, "pictures");
            var (code, list) = await ShowAsync(terminal, pool, data, folder, cancellation);
            var pictures = new DemoPictures(pool, folder);
            var service = new DemoService(terminal, pictures, list, folder);
            var server = Path.Combine(place.FullName, "server");
            await service.RunAsync(server, media, stays: !parsed.GetValue(Exit), cancellation);
            terminal.Write($"\nvigil ledger verify {server}\n");
            var verified = await LedgerVerifyCommand
                .Create(terminal)
                .Parse([server])
                .InvokeAsync(AsItIs, CancellationToken.None);
            return verified == ExitCode.Ok ? code : verified;
        }
        finally
        {
            if (parsed.GetValue(Keep))
            {
                terminal.Warn($"Kept: {place.FullName}");
            }
            else
            {
                place.Delete(recursive: true);
            }
        }
    }

    /// <summary>The exit code, and the list that was made, as a source would send it.</summary>
    private static async Task<(int Code, string List)> ShowAsync(
        Terminal terminal,
        MediaPool pool,
        DataFolder data,
        string folder,
        CancellationToken cancellation
    )
    {
        var started = Stopwatch.GetTimestamp();
        var pictures = new DemoPictures(pool, folder);
        terminal.Write(
            $"{pictures.Listed + pictures.Others} pictures drawn, each marked {SampleScenes.Mark}.\n"
        );
        var hasher = DemoList.HasherOf(pool);
        await pictures.WriteAsync(Transforms.All[0], cancellation);
        var paths = pictures.ListedNames.Select(name => Path.Combine(folder, name));
        var csv = await DemoList.CsvOfAsync(hasher, paths, cancellation);
        var list = DemoList.Import(csv, data);
        terminal.Write(
            $"{list.List.Entries.Count} of them listed; the list is sealed on disk. Now all are changed and scanned.\n"
        );
        terminal.Flush();

        var lookup = new Lookup([list], Algorithms.All, radius: null, Queries.Default);
        var tally = new DemoTally(pictures.ListedNames.ToHashSet());
        await terminal.WithProgressAsync(
            "Changing and scanning",
            async bar =>
            {
                foreach (var transform in Transforms.All)
                {
                    if (bar is not null)
                    {
                        bar.Description = transform.Name;
                    }

                    tally.Begin(transform.Name);
                    await pictures.WriteAsync(transform, cancellation);
                    await ScanAsync(hasher, lookup, folder, tally.Count, cancellation);
                    bar?.Increment(100.0 / Transforms.All.Count);
                }
            }
        );
        terminal.WriteTable(tally.ToTable(pictures.Others));
        terminal.Write(
            $"{tally.Files} files scanned in {Stopwatch.GetElapsedTime(started).TotalSeconds:N0} s, drawing included. "
                + "PDQ looks at the whole picture: it does not find what lost an edge or gained one.\n"
        );
        await ShowTestCardAsync(terminal, hasher, folder, cancellation);
        terminal.Flush();
        return (tally.AnyNotLookedUp ? ExitCode.Incomplete : ExitCode.Ok, csv);
    }

    private static Task ScanAsync(
        FileHasher hasher,
        Lookup lookup,
        string folder,
        Action<LookupReport> take,
        CancellationToken cancellation
    ) =>
        OrderedWork.RunAsync(
            new FolderWalk().Files(folder),
            Environment.ProcessorCount,
            async (item, stop) => lookup.Find(await hasher.HashAsync(item, stop), stop),
            reports =>
            {
                foreach (var report in reports)
                {
                    take(report);
                }
            },
            cancellation
        );

    /// <summary>What an operator sees who tries the installation with the published test card.</summary>
    private static async Task ShowTestCardAsync(
        Terminal terminal,
        FileHasher hasher,
        string folder,
        CancellationToken cancellation
    )
    {
        Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        Durable.Replace(Path.Combine(folder, "test-card.png"), stream => stream.Write(TestCard.Png));
        var list = new LoadedList(ListSources.TestCardName, TestCard.List, IsPlain: false);
        var writer = new ReportWriter<LookupReport>(terminal, OutputFormat.Text, LookupShape.Shape);
        var lookup = new Lookup([list], Algorithms.All, radius: null, Queries.Default);
        terminal.Write("\nThe test card, found as anything on a list would be:\n");
        await ScanAsync(hasher, lookup, folder, writer.Write, cancellation);
    }
}
