using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Reporting.Filing;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Reporting;

/// <summary>Clocks of reports, and reports as the delivery leaves them.</summary>
internal static class ClockWork
{
    public static Task<T> SystemAsync<T>(this TestServer server, Func<Tx, Task<T>> work) =>
        server.Kernel().Db.SystemAsync("test", isWrite: true, work);

    public static async Task<DueClock> ClockAsync(this TestServer server, string reference) =>
        (await server.SystemAsync(tx => DueClock.FindAsync(tx, reference)))!;

    /// <summary>After a look as the watch has it every minute.</summary>
    public static async Task<string> ClockStateAsync(this TestServer server, string reference)
    {
        await WatchReports.LookAsync(server.Kernel().Db, TenantId.Default);
        return (await server.ClockAsync(reference)).State;
    }

    /// <summary>A draft for production, with its URLs and what is said besides, filed.</summary>
    public static async Task<Guid> FileAsync(
        this TestServer server,
        string reference,
        string destination,
        IReadOnlyList<string> urls,
        params (string Name, string Value)[] extra
    )
    {
        var id = await server.DraftAsync(
            reference,
            destination,
            ReportEnvironment.Production,
            isExplained: false
        );
        await server.WriteAsync(id, urls, extra);
        await server.FiledAsync(id);
        return id;
    }

    /// <summary>As the delivery leaves it, or a receipt that was entered.</summary>
    public static Task<int> FiledAsync(this TestServer server, Guid id) =>
        server.SystemAsync(tx =>
            tx.ExecuteAsync(
                """
                update report set state = 'Filed', approved_at = @now, filed_at = @now
                where tenant = @tenant and id = @id
                """,
                new { id, now = tx.Now }
            )
        );

    public static Task<bool> WriteAsync(
        this TestServer server,
        Guid id,
        IReadOnlyList<string> urls,
        params (string Name, string Value)[] extra
    ) =>
        server
            .Kernel()
            .Db.ActAsync(
                ReportWork.Officer,
                Permission.ReportFile,
                async tx =>
                {
                    var row = (await ReportRow.LockAsync(tx, id))!;
                    var draft = await Drafts.ReadAsync(tx, row);
                    var said = new Dictionary<string, string>(draft.Extra);
                    foreach (var (name, value) in extra)
                    {
                        said[name] = value;
                    }
                    draft = draft with
                    {
                        Extra = said,
                        Tip = draft.Tip with
                        {
                            Report = draft.Tip.Report with
                            {
                                InternetDetails =
                                    urls.Count == 0
                                        ? []
                                        : [new() { WebPageIncident = new() { Url = [.. urls] } }],
                            },
                        },
                    };
                    await Drafts.SaveAsync(tx, row, draft, row.DraftVersion);
                    return true;
                }
            );

    /// <summary>The platform tells pages of a case.</summary>
    public static Task TellAsync(this TestServer server, string reference, params string[] urls) =>
        server.Client.SendJsonAsync(
            $"/v1/cases/{reference}/subject",
            new { report = new { internetDetails = new[] { new { webPageIncident = new { url = urls } } } } }
        );
}
