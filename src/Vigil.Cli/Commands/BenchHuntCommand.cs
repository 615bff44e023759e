using System.CommandLine;
using Vigil.Cli.Benchmarks;
using Vigil.Cli.Output;

namespace Vigil.Cli.Commands;

/// <summary>`vigil bench hunt`: new entries against a history in sealed files.</summary>
internal static class BenchHuntCommand
{
    /// <summary>A history of as many takes 1.8 GB of disk, and 5 GB more beside it as an index.</summary>
    private const int MaxHashes = 50_000_000;

    private const int MaxEntries = 5_000_000;

    private static readonly Option<string?> Hashes = SharedOptions.Text(
        "--hashes",
        "N",
        "Hashes of the history, eight of each content. Default: 4000000"
    );
    private static readonly Option<string?> Entries = SharedOptions.Text(
        "--entries",
        "N,N",
        "Sizes of the list that is hunted. Default: 1000,10000,1000000"
    );
    private static readonly Option<string?> Seed = SharedOptions.Text(
        "--seed",
        "N",
        "Of hashes and entries. Default: 1"
    );

    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "hunt",
            """
            Measures a retro-hunt: entries of a new list against a history in sealed files.

            Prints a table: what the history takes on the disk, how fast it is read, and hashes a second that are
            hunted, on one thread and on two, reading and opening included. Beside it, in the same run, the other way
            round: the history as a sealed index that is opened and asked for each entry. Every answer is checked.

            Example:
              vigil bench hunt --hashes 4000000 --entries 1000,10000
            """
        )
        {
            Hashes,
            Entries,
            Seed,
        };
        command.SetAction(
            (parsed, cancellation) =>
                Task.Run(() => Run(parsed, terminal, cancellation), CancellationToken.None)
        );
        return command;
    }

    private static int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var hashes = SharedOptions.ReadInt(
            Hashes,
            parsed.GetValue(Hashes),
            4_000_000,
            HuntBench.Views,
            MaxHashes
        );
        var seed = SharedOptions.ReadInt(Seed, parsed.GetValue(Seed), 1, 0, int.MaxValue);
        var sizes = (parsed.GetValue(Entries) ?? "1000,10000,1000000")
            .Split(',')
            .Select(text => SharedOptions.ReadInt(Entries, text, 0, 1, MaxEntries))
            .ToList();
        terminal.Write(SearchBench.Head(seed).Replace("entries", "hashes", StringComparison.Ordinal));
        using var bench = new HuntBench(hashes, seed, cancellation);
        terminal.Write(bench.Make(terminal.Warn));
        foreach (var size in sizes)
        {
            terminal.Write(bench.Hunt(size, terminal.Warn));
            terminal.Flush();
        }
        return ExitCode.Ok;
    }
}
