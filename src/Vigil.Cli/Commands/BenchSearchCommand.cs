using System.CommandLine;
using Vigil.Cli.Benchmarks;
using Vigil.Cli.Output;

namespace Vigil.Cli.Commands;

/// <summary>`vigil bench search`: the radius search, beside a plain scan of 32-byte rows.</summary>
internal static class BenchSearchCommand
{
    /// <summary>A hundred million take 20 GB while they are sorted.</summary>
    private const int MaxEntries = 120_000_000;

    private static readonly Option<string?> Entries = SharedOptions.Text(
        "--entries",
        "N,N",
        "Sizes of the index, made of random hashes. Default: 1000000,10000000"
    );
    private static readonly Option<string?> Seed = SharedOptions.Text(
        "--seed",
        "N",
        "Of hashes and queries. Default: 1"
    );
    private static readonly Option<string?> Threads = SharedOptions.Text(
        "--threads",
        "N",
        "Of the build and of the last batch. Default: one a processor"
    );

    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "search",
            """
            Measures the radius search beside a plain scan.

            Prints a table: median and 99th percentile of single queries at radius 31, their ratio to a popcount scan of
            32-byte rows in the same run, batches, build, bytes an entry, time until an addition or removal is seen, and
            recall against looking at every row. Half of the queries are planted at distances from 0 to 40.

            Examples:
              vigil bench search --entries 1000000,10000000
              vigil bench search --entries 100000 --seed 7
            """
        )
        {
            Entries,
            Seed,
            Threads,
        };
        command.SetAction(
            (parsed, cancellation) =>
                Task.Run(() => Run(parsed, terminal, cancellation), CancellationToken.None)
        );
        return command;
    }

    private static int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var seed = SharedOptions.ReadInt(Seed, parsed.GetValue(Seed), 1, 0, int.MaxValue);
        var threads = SharedOptions.ReadInt(
            Threads,
            parsed.GetValue(Threads),
            Environment.ProcessorCount,
            1,
            256
        );
        var sizes = (parsed.GetValue(Entries) ?? "1000000,10000000")
            .Split(',')
            .Select(text => SharedOptions.ReadInt(Entries, text, 0, 1000, MaxEntries))
            .ToList();
        terminal.Write(SearchBench.Head(seed));
        foreach (var size in sizes)
        {
            var bench = new SearchBench(size, seed, threads, cancellation);
            terminal.Write(bench.Run(terminal.Warn));
            terminal.Flush();
        }
        return ExitCode.Ok;
    }
}
