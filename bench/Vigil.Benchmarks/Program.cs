using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Vigil.Benchmarks;

// dotnet run --project bench/Vigil.Benchmarks -c Release --
//     pdq | search | faiss ENTRIES | pool | scan FOLDER | serve FOLDER [--entries N] | video FOLDER | ledger [--smoke]
//     pages | filing [N]
switch (args)
{
    case ["pdq"]:
        Run<PdqBenchmarks>();
        return 0;
    case ["search"]:
        Run<SearchBenchmarks>();
        return 0;
    case ["faiss", var entries] when int.TryParse(entries, out var count) && count is > 0 and <= 100_000_000:
        return FaissBenchmark.Run(count);
    case ["pool"]:
        return await PoolBenchmark.RunAsync();
    case ["scan", var folder]:
        return ScanBenchmark.Run(folder);
    case ["serve", var folder]:
        return await ServeBenchmark.RunAsync(Path.GetFullPath(folder));
    case ["serve", var folder, "--entries", var entries]:
        return await ServeBenchmark.RunAsync(Path.GetFullPath(folder), int.Parse(entries));
    case ["ledger"]:
        return await LedgerBenchmark.RunAsync(seconds: 10, entries: 1_000_000);
    case ["ledger", "--smoke"]:
        return await LedgerBenchmark.RunAsync(seconds: 1, entries: 5_000);
    case ["pages"]:
        return await PagesBenchmark.RunAsync();
    case ["filing"]:
        return await FilingBenchmark.RunAsync(200);
    case ["filing", var reports] when int.TryParse(reports, out var count) && count is > 0 and <= 10_000:
        return await FilingBenchmark.RunAsync(count);
    case ["video", var folder]:
        return await VideoBenchmark.RunAsync(Path.GetFullPath(folder));
    default:
        Console.Error.WriteLine(
            "usage: pdq | search | faiss ENTRIES | pool | scan FOLDER   (FOLDER is made and filled with 12 MP sample JPEGs)"
                + " | serve FOLDER [--entries N]   (FOLDER is made; a server keeps its data there)"
                + " | video FOLDER   (FOLDER is made; a clip is kept there)"
                + " | ledger [--smoke] | pages | filing [N]"
        );
        return 2;
}

static void Run<T>() =>
    BenchmarkRunner.Run<T>(
        ManualConfig
            .Create(DefaultConfig.Instance)
            .AddJob(Job.MediumRun.WithLaunchCount(1).WithToolchain(InProcessEmitToolchain.Instance))
            .HideColumns(Column.Error, Column.StdDev, Column.RatioSD)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "vigil-benchmarks"))
    );
