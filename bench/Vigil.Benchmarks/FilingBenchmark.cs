using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server;
using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Approving;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Server.Http;
using Vigil.Simulators.CyberTip;
using Vigil.Trust;

namespace Vigil.Benchmarks;

/// <summary>
/// From a person's approval of a known match, with one small file, to the kept receipt: the real service with its
/// default limits on SQLite, against the simulator, in one process. Approved one after the other, as fast as it goes.
/// </summary>
internal sealed class FilingBenchmark : IAsyncDisposable
{
    private const int FileBytes = 50_000;
    private static readonly TimeSpan Goal = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(30);

    private static readonly Actor Officer = new(
        TenantId.Default,
        ActorKind.Person,
        "person:bench-officer",
        new HashSet<Permission> { Permission.ReportFile, Permission.ReportRead }
    );

    private static readonly Actor Machine = Actor.Machine(
        TenantId.Default,
        "benchmark",
        Permission.ScanSubmit,
        Permission.SettingsRead,
        Permission.SettingsWrite,
        Permission.ContentBring
    );

    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("vigil-filing-");
    private readonly CyberTipSimulator _simulator = CyberTipSimulator.Start();
    private readonly Random _random;
    private VigilServer? _server;

    private FilingBenchmark(int seed) => _random = new Random(seed);

    private TrustKernel Kernel => _server!.Services.GetRequiredService<TrustKernel>();

    public static async Task<int> RunAsync(int count)
    {
        var seed = RandomNumberGenerator.GetInt32(int.MaxValue);
        await using var bench = new FilingBenchmark(seed);
        await bench.StartAsync();
        Console.WriteLine(
            $"{Environment.ProcessorCount} processors, .NET {Environment.Version}, SQLite, {count} reports with a file "
                + $"of {FileBytes} bytes, seed {seed}"
        );
        var ids = new List<Guid>();
        for (var number = 1; number <= count; number++)
        {
            ids.Add(await bench.DraftAsync(number));
        }
        foreach (var id in ids)
        {
            await bench.ApproveAsync(id);
        }
        var filed = await bench.UntilFiledAsync(ids);
        return bench.Print(filed);
    }

    private async Task StartAsync()
    {
        _server = await VigilServer.StartAsync(
            new ServerOptions
            {
                DataFolder = Path.Combine(_place.FullName, "server"),
                Profile = Profile.Demo,
                Urls = ["http://127.0.0.1:0"],
                Outbound = new() { Allow = [_simulator.Address.Authority] },
            }
        );
        await SettingsAsync(async tx =>
        {
            (string Name, string Value)[] settings =
            [
                ("training.required", "off"),
                ("cases.undoSeconds", "0"),
                ("report.reporterName", "SAMPLE Trust and Safety"),
                ("report.reporterEmail", "reports@example.com"),
            ];
            foreach (var (name, value) in settings)
            {
                await TenantSettings.SetAsync(tx, name, value);
            }
            await FilingEnvironment.SetAsync(
                tx,
                ReportEnvironment.Test,
                _simulator.Address.ToString(),
                _simulator.UserName,
                _simulator.Password
            );
        });
        await _server
            .Services.GetRequiredService<CallEnvironment>()
            .CheckAsync(Machine, ReportEnvironment.Test, CancellationToken.None);
    }

    private Task<bool> SettingsAsync(Func<Tx, Task> set) =>
        Kernel.Db.ActAsync(
            Machine,
            Permission.SettingsWrite,
            async tx =>
            {
                await set(tx);
                await tx.RecordAsync(new LedgerAct("bench.set", "settings"));
                return true;
            }
        );

    /// <summary>A confirmed match of a case of its own, its file sealed, and a draft that may be approved.</summary>
    private async Task<Guid> DraftAsync(int number)
    {
        var reference = await Kernel.Db.WriteAsync(
            Machine,
            Permission.ScanSubmit,
            tx => tx.AskAsync<CaseWanted, CaseRef>(WantedOf(number))
        );
        var file = new byte[FileBytes];
        _random.NextBytes(file);
        var content = await Kernel.Contents.SealAsync(
            Machine,
            new ContentToSeal
            {
                Case = reference,
                ItemId = await ItemAsync(reference),
                Sha256 = SHA256.HashData(file),
            },
            new MemoryStream(file)
        );
        await SeeAsync(reference, content);
        await DecideAsync(reference);
        return await Kernel.Db.ActAsync(
            Officer,
            Permission.ReportFile,
            async tx =>
            {
                var report = await Drafts.CreateAsync(
                    tx,
                    reference,
                    AllDestinations.Find(CyberTipDestination.DestinationCode)!,
                    ReportEnvironment.Test,
                    null
                );
                var draft = await Drafts.ReadAsync(tx, report);
                var missing = (await Drafts.StandingAsync(tx, report, draft)).Missing;
                var explained = draft with
                {
                    CannotSupply = missing.ToDictionary(field => field.Path, _ => "It is not kept."),
                };
                await Drafts.SaveAsync(tx, report, explained, report.DraftVersion);
                return report.Id;
            }
        );
    }

    private static CaseWanted WantedOf(int number) =>
        new()
        {
            Origin = CaseOrigin.Match,
            DecisionId = Guid.NewGuid(),
            Account = $"SAMPLE-{number}",
            ContentRef = $"post/{number}",
            Surface = "public_post",
            Jurisdiction = "US",
            Decision = "block",
            Summary = "Known by one list.",
        };

    private Task<Guid> ItemAsync(CaseRef reference) =>
        Kernel.Db.SystemAsync(
            "benchmark",
            isWrite: false,
            async tx =>
                (await tx.AskAsync<ReportableCaseWanted, ReportableCase>(new ReportableCaseWanted(reference)))
                    .Items[0]
                    .ItemId
        );

    /// <summary>The record that a person's look at the whole file leaves; nobody looks here.</summary>
    private Task<int> SeeAsync(CaseRef reference, Guid content) =>
        Kernel.Db.SystemAsync(
            "benchmark",
            isWrite: true,
            tx =>
                tx.ExecuteAsync(
                    """
                    insert into viewing_record (tenant, id, content_id, case_ref, viewer, session_id, mode, shown_as,
                        state, started_at, ended_at, unblurred_ms, is_readable, source_width, source_height,
                        is_ended, shown_whole)
                    values (@tenant, @id, @content, @reference, @viewer, @id, 'Reveal', 'reveal', 'Shown',
                        @now, @now, 1000, @yes, 1, 1, @yes, @yes)
                    """,
                    new
                    {
                        id = tx.NewId(),
                        content,
                        reference = reference.Value,
                        viewer = Officer.Name,
                        now = tx.Now,
                        yes = true,
                    }
                )
        );

    private async Task DecideAsync(CaseRef reference)
    {
        using var client = new HttpClient { BaseAddress = new Uri(_server!.Addresses[0]) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            _server.FirstKey
        );
        using var answer = await client.PostAsJsonAsync(
            new Uri($"/v1/cases/{reference.Value}/decision", UriKind.Relative),
            new
            {
                verdict = "confirmed",
                reason = "Benchmark.",
                person = "anna",
            }
        );
        answer.EnsureSuccessStatusCode();
    }

    private Task<ApprovalAnswer> ApproveAsync(Guid id) =>
        Kernel.Db.ActAsync(
            Officer,
            Permission.ReportFile,
            async tx =>
            {
                var ready = await ApprovalChecks.RenderAsync(tx, (await ReportRow.FindAsync(tx, id))!);
                return await Approvals.ApproveAsync(
                    tx,
                    id,
                    new ApprovalRequest
                    {
                        Sha256 = Convert.ToHexStringLower(ready.Sha256),
                        Version = ready.Report.DraftVersion,
                        Checked =
                        [
                            .. ApprovalChecklist
                                .Of(isHighPriority: false, isUnseen: false, lost: [])
                                .Select(item => item.Code),
                        ],
                    }
                );
            }
        );

    private async Task<IReadOnlyList<ReportRow>> UntilFiledAsync(IReadOnlyList<Guid> ids)
    {
        var until = DateTimeOffset.UtcNow + LongestWait;
        while (true)
        {
            var rows = await Kernel.Db.SystemAsync(
                "benchmark",
                isWrite: false,
                async tx =>
                {
                    var found = new List<ReportRow>();
                    foreach (var id in ids)
                    {
                        found.Add((await ReportRow.FindAsync(tx, id))!);
                    }
                    return found;
                }
            );
            if (rows.TrueForAll(row => row.State == ReportState.Filed))
            {
                return rows;
            }
            if (DateTimeOffset.UtcNow > until || rows.Exists(row => row.State == ReportState.NeedsHuman))
            {
                var counts = rows.GroupBy(row => row.State).Select(group => $"{group.Count()} {group.Key}");
                throw new InvalidOperationException($"Not filed: {string.Join(", ", counts)}.");
            }
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }

    private int Print(IReadOnlyList<ReportRow> rows)
    {
        if (_simulator.Reports.Count(report => report.State == SimulatedReportState.Finished) != rows.Count)
        {
            throw new InvalidOperationException(
                "The simulator did not finish as many reports as were filed."
            );
        }
        Console.WriteLine("| seconds | p50 | p95 | max |");
        Console.WriteLine("| --- | --- | --- | --- |");
        var whole = Line("approved to filed", rows.Select(row => row.FiledAt!.Value - row.ApprovedAt!.Value));
        Line(
            "of it, time in which it can be undone",
            rows.Select(row => row.LeavesAt!.Value - row.ApprovedAt!.Value)
        );
        Line("of it, after that", rows.Select(row => row.FiledAt!.Value - row.LeavesAt!.Value));
        var journal = new DirectoryInfo(_place.FullName)
            .EnumerateFiles("*.log", SearchOption.AllDirectories)
            .Where(file => file.Directory!.Name == "filing")
            .Sum(file => file.Length);
        Console.WriteLine($"\nFiling journal: {journal / rows.Count} bytes a report.");
        Console.WriteLine($"p95 is {(whole <= Goal ? "within" : "over")} the goal of 10 minutes.");
        return whole <= Goal ? 0 : 1;
    }

    /// <returns>p95.</returns>
    private static TimeSpan Line(string name, IEnumerable<TimeSpan> times)
    {
        var sorted = times.Order().ToList();
        TimeSpan At(double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)];
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {At(0.5).TotalSeconds:F1} | {At(0.95).TotalSeconds:F1} | {sorted[^1].TotalSeconds:F1} |"
            )
        );
        return At(0.95);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
        await _simulator.DisposeAsync();
        _place.Delete(recursive: true);
    }
}
