using Vigil.CyberTip.Filing;
using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Features.Reporting.Filing.Deciding;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Tests.Running;
using Vigil.Server.Tests.Trust;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting.Filing;

/// <summary>
/// Servers with a journal each on one database, and a recipient that counts. Every step is one transaction, one line
/// or one call, so that a backup and an end can lie between any two.
/// </summary>
internal sealed class JournalWorld : IAsyncDisposable
{
    /// <summary>
    /// What a backup holds of the filing; the reports themselves stand still, but for the lines counted of their packages.
    /// </summary>
    private static readonly string[] Tables = ["filing_journal", "filing_seen", "filing_fence", "filing"];

    private readonly OpenKernel _open;
    private readonly List<JournalServer> _servers = [];

    private JournalWorld(OpenKernel open, ManualTime time, IReadOnlyList<Guid> reports) =>
        (_open, Time, Reports) = (open, time, reports);

    public static FilingLimits Limits { get; } = new() { PeerGone = TimeSpan.FromSeconds(20) };

    public ManualTime Time { get; }
    public TrustKernel Kernel => _open.Kernel;
    public IReadOnlyList<Guid> Reports { get; }

    /// <summary>The recipient's numbers that were finished, and of which report.</summary>
    public Dictionary<long, Guid> Finished { get; } = [];

    /// <summary>Of which reports a package left, once for each time.</summary>
    public List<Guid> Given { get; } = [];

    public int FiledTwice => Finished.Values.GroupBy(id => id).Count(group => group.Count() > 1);

    public static async Task<JournalWorld> CreateAsync(int reports)
    {
        var time = new ManualTime();
        var open = await OpenKernel.CreateAsync(time);
        var made = new List<Guid>();
        for (var i = 0; i < reports; i++)
        {
            made.Add(await open.Kernel.ApproveAsync());
        }
        foreach (var table in Tables)
        {
            await open.ExecuteAsync($"create table backup_{table} as select * from {table}");
        }
        await open.ExecuteAsync("create table backup_report as select id, package_call from report");
        return new JournalWorld(open, time, made);
    }

    /// <summary>As new: nothing filed, no journal anywhere.</summary>
    public async Task ResetAsync()
    {
        foreach (var server in _servers)
        {
            server.Kill();
            server.LoseJournal();
        }
        _servers.Clear();
        Finished.Clear();
        Given.Clear();
        await _open.ExecuteAsync(
            string.Concat(Tables.Select(table => $"delete from {table};"))
                + "update report set package_call = 0;"
        );
        await WriteAsync(async tx =>
        {
            foreach (var id in Reports)
            {
                var state = FilingState.Approve(tx.Now, []);
                await FilingRow.AddAsync(tx, id, Features.Reporting.ReportEnvironment.Test, state);
            }
            return true;
        });
    }

    /// <param name="name">Of its data folder.</param>
    /// <param name="isNaive">It knows of no other server: the control.</param>
    public JournalServer Add(string name, bool isNaive)
    {
        var files = Kernel.Journals.At(Path.Combine(_open.DataFolder, name));
        var server = new JournalServer(this, Path.Combine(_open.DataFolder, name), files, isNaive);
        _servers.Add(server);
        return server;
    }

    public Task BackUpAsync() =>
        _open.ExecuteAsync(
            string.Concat(
                Tables.Select(table =>
                    $"delete from backup_{table}; insert into backup_{table} select * from {table};"
                )
            ) + "delete from backup_report; insert into backup_report select id, package_call from report;"
        );

    public Task PutBackAsync() =>
        _open.ExecuteAsync(
            "begin;"
                + string.Concat(
                    Tables.Select(table =>
                        $"delete from {table}; insert into {table} select * from backup_{table};"
                    )
                )
                + "update report set package_call = "
                + "(select b.package_call from backup_report b where b.id = report.id);"
                + "commit;"
        );

    /// <summary>It was written after the backup.</summary>
    public Task<int> ForgetAsync(Guid id) =>
        WriteAsync(async tx =>
        {
            await tx.ExecuteAsync(
                "delete from filing where tenant = @tenant and report_id = @id",
                new { id }
            );
            await tx.ExecuteAsync(
                "delete from report_document where tenant = @tenant and report_id = @id",
                new { id }
            );
            return await tx.ExecuteAsync(
                "delete from report where tenant = @tenant and id = @id",
                new { id }
            );
        });

    /// <summary>Those that run look once each, some times over.</summary>
    public async Task LookAsync(int times = 3)
    {
        for (var i = 0; i < times; i++)
        {
            foreach (var server in _servers.Where(server => server is { IsRunning: true, IsPaused: false }))
            {
                await server.LookAsync();
            }
            Time.Pass(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>As two people decide about all that waits.</summary>
    public Task<int> DecideAsync(FenceDecision decision) =>
        WriteAsync(async tx =>
        {
            foreach (var row in await FenceRow.WaitingAsync(tx, 100))
            {
                await PackageCalls.RaiseAsync(tx, row.ReportId, row.KnownCall);
                await FenceRow.DecideAsync(tx, row.ReportId, decision);
            }
            return await JournalRow.RetireAllAsync(tx);
        });

    public Task<long> FencedAsync() => WriteAsync(FenceRow.CountAsync);

    public Task<T> WriteAsync<T>(Func<Tx, Task<T>> work) =>
        Kernel.Db.SystemAsync("test", isWrite: true, work);

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            server.Kill();
        }
        await _open.DisposeAsync();
    }
}
