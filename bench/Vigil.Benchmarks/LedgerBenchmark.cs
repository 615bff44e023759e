using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Vigil.Evidence;
using Vigil.Server;
using Vigil.Trust;

namespace Vigil.Benchmarks;

/// <summary>
/// Acts a second on SQLite, each durable and then signed by the real sequencer, beside the same acts on a kernel
/// that signs nothing; and how long a ledger takes to verify, beside its bare SHA-256. Interleaved in one run; each
/// number is checked against what the ledger holds at the end.
/// </summary>
internal static class LedgerBenchmark
{
    private const int Writers = 16;
    private const int Rounds = 5;

    /// <summary>Of what the bare hashing digests: a node of the tree, as RFC 6962 has it.</summary>
    private const int NodeBytes = 65;

    private static readonly Actor Actor = Actor.Machine(
        TenantId.Default,
        "benchmark",
        Permission.SettingsWrite
    );

    /// <param name="seconds">Of each measurement.</param>
    /// <param name="entries">Of the ledger that is verified, up to 100 million.</param>
    public static async Task<int> RunAsync(int seconds, int entries)
    {
        Console.WriteLine($"{Writers} writers, {seconds} s, medians of {Rounds} rounds, SQLite");
        Console.WriteLine(
            "| rows of a transaction | recorded only, a second | recorded and signed, a second | ratio |"
        );
        Console.WriteLine("| --- | --- | --- | --- |");
        foreach (var rows in new[] { 1, 100 })
        {
            var (bare, signed) = (new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                bare.Add(await ActAsync(rows, seconds, isSigned: false));
                signed.Add(await ActAsync(rows, seconds, isSigned: true));
            }
            var (one, other) = (Median(bare), Median(signed));
            Print($"| {rows} | {one:F0} | {other:F0} | {other / one:F2} |");
        }
        Verify(entries);
        return 0;
    }

    private static async Task<double> ActAsync(int rows, int seconds, bool isSigned)
    {
        var folder = Directory.CreateTempSubdirectory("vigil-bench-ledger-");
        using var kernel = await TrustKernel.OpenAsync(
            new TrustOptions
            {
                Database = DbOptions.Parse(Path.Combine(folder.FullName, "vigil.db")),
                KeysFolder = Path.Combine(folder.FullName, "keys"),
            },
            VigilApp.Tables
        );
        using var stop = new CancellationTokenSource();
        var signing = isSigned ? Task.Run(() => SignAsync(kernel, stop.Token)) : Task.CompletedTask;
        var began = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(
            Enumerable.Range(0, Writers).Select(writer => WriteAsync(kernel.Db, writer, rows, began, seconds))
        );
        if (isSigned)
        {
            await kernel.Db.SignedSoFarAsync(CancellationToken.None);
        }
        var took = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await stop.CancelAsync();
        await signing;
        if (isSigned)
        {
            await CheckAsync(kernel, counts.Sum());
        }
        folder.Delete(recursive: true);
        return counts.Sum() / took;
    }

    private static async Task SignAsync(TrustKernel kernel, CancellationToken stop)
    {
        using var sequencer = kernel.NewSequencer();
        kernel.Services.Standing.Begin();
        while (!stop.IsCancellationRequested)
        {
            if (!await sequencer.StepAsync(CancellationToken.None))
            {
                await kernel.Services.SigningBell.WaitAsync(LedgerLimits.Pause, CancellationToken.None);
            }
        }
    }

    private static async Task<long> WriteAsync(Db db, int writer, int rows, long began, int seconds)
    {
        long count = 0;
        while (Stopwatch.GetElapsedTime(began).TotalSeconds < seconds)
        {
            try
            {
                count += await db.ActAsync(
                    Actor,
                    Permission.SettingsWrite,
                    tx => RecordAsync(tx, writer, rows)
                );
            }
            catch (LedgerUnavailableException)
            {
                // The signatures are two seconds behind: acts wait for them, and the wait counts.
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
        }
        return count;
    }

    private static async Task<int> RecordAsync(Tx tx, int writer, int rows)
    {
        for (var i = 0; i < rows; i++)
        {
            await tx.RecordAsync(new LedgerAct("bench.done", $"{writer}-{i}"));
        }
        return rows;
    }

    private static async Task CheckAsync(TrustKernel kernel, long acknowledged)
    {
        var head = await LedgerHead.ReadAsync(kernel.Db, CancellationToken.None);
        var folder = new LedgerFolder(kernel.LedgerSpot.Folder, VerifierKey.Parse(head.Verifier!));
        if (folder.ReadCheckpoint().Size != acknowledged || !folder.Verify().IsWhole)
        {
            throw new InvalidOperationException("The ledger does not hold what was acknowledged.");
        }
    }

    private static void Verify(int entries)
    {
        var root = Directory.CreateTempSubdirectory("vigil-bench-verify-");
        var path = Path.Combine(root.FullName, "ledger");
        using (
            var key = SigningKey.OpenOrCreate(
                Path.Combine(root.FullName, "key"),
                "bench/ledger",
                SignatureType.Ed25519
            )
        )
        {
            using (var ledger = Ledger.Open(path, key))
            {
                while (ledger.Checkpoint.Size < entries)
                {
                    var count = (int)Math.Min(Ledger.MaxBatchEntries, entries - ledger.Checkpoint.Size);
                    ledger.Append([
                        .. Enumerable
                            .Range(0, count)
                            .Select(_ =>
                                (ReadOnlyMemory<byte>)RandomNumberGenerator.GetBytes(KeyedLeaf.LengthBytes)
                            ),
                    ]);
                }
            }
            var folder = new LedgerFolder(path, key.Verifier);
            var (bare, whole) = (new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                bare.Add(Timed(() => Hash(2 * entries)));
                whole.Add(
                    Timed(() =>
                    {
                        if (!folder.Verify().IsWhole)
                        {
                            throw new InvalidOperationException("The ledger is not whole.");
                        }
                    })
                );
            }
            var (one, other) = (Median(bare), Median(whole));
            Print(
                $"verify of {entries} entries: {other:F2} s, {other / one:F1} times its bare SHA-256 ({one:F2} s)"
            );
        }
        root.Delete(recursive: true);
    }

    private static void Hash(int nodes)
    {
        Span<byte> node = stackalloc byte[NodeBytes];
        for (var i = 0; i < nodes; i++)
        {
            SHA256.HashData(node, node);
        }
    }

    private static double Timed(Action work)
    {
        var began = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static void Print(FormattableString text) =>
        Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
