using System.Text;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Clocks;

/// <summary>
/// A named person says that a host of a case is in no report, and why: the clock waits for it no longer. The host is
/// kept as a keyed digest, and stands so in the ledger.
/// </summary>
internal static class UntoldHost
{
    /// <summary>When it was said, by host; of those alone of which it was.</summary>
    public static async Task<IReadOnlyDictionary<string, DateTimeOffset>> OfAsync(
        Tx tx,
        string caseRef,
        IReadOnlyList<string> hosts,
        DateTimeOffset since
    )
    {
        if (hosts.Count == 0)
        {
            return new Dictionary<string, DateTimeOffset>();
        }
        var rows = (
            await tx.QueryAsync<Row>(
                """
                select host, said_at from report_due_host
                where tenant = @tenant and case_ref = @caseRef and said_at >= @since
                """,
                new { caseRef, since }
            )
        ).ToDictionary(row => Convert.ToHexString(row.Host), row => row.SaidAt, StringComparer.Ordinal);
        return hosts
            .Select(host => (Host: host, Digest: Convert.ToHexString(DigestOf(tx, host))))
            .Where(one => rows.ContainsKey(one.Digest))
            .ToDictionary(one => one.Host, one => rows[one.Digest], StringComparer.Ordinal);
    }

    /// <summary>Says it, records it, and ends the clock where nothing more is owed.</summary>
    /// <param name="tx">Of an act by a named person.</param>
    /// <param name="caseRef">A case whose clock runs.</param>
    /// <param name="address">The host, or a URL on it.</param>
    /// <param name="reason">Stands in the ledger: it names no account, no content and not the host.</param>
    /// <returns>How many hosts the clock still waits for.</returns>
    /// <exception cref="ProblemException">No person, no such clock, no host that is owed, or no reason.</exception>
    public static async Task<int> SayAsync(Tx tx, string caseRef, string? address, string? reason)
    {
        var clock = await DueClock.RequireOpenAsync(tx, caseRef);
        var host = AddressHost.Of(address ?? "");
        var owed = await FiledReport.OwedAsync(tx, caseRef, clock.Jurisdiction, clock.IsTest);
        if (!owed.Values.Any(hosts => hosts?.Contains(host, StringComparer.Ordinal) == true))
        {
            throw ProblemException.BadRequest(
                "host_not_owed",
                "'host' is one of which a report is owed: GET /v1/cases/{ref}/destinations names them."
            );
        }
        var text = ReportActs.ReasonOf(reason, await ReportActs.CaseOfAsync(tx, caseRef));
        NamesNobody.Require([host], text);
        await tx.ExecuteAsync(
            """
            insert into report_due_host (tenant, case_ref, host, reason, said_by, said_at)
            values (@tenant, @caseRef, @host, @text, @me, @now)
            on conflict (tenant, case_ref, host) do update set reason = excluded.reason, said_by = excluded.said_by,
                said_at = excluded.said_at
            """,
            new
            {
                caseRef,
                host = DigestOf(tx, host),
                text,
                me = tx.Actor.Name,
                now = tx.Now,
            }
        );
        await tx.RecordAsync(
            new LedgerAct("report_due.host_not_reported", caseRef) { Reason = text, Secret = host }
        );
        return await EndAsync(tx, clock, owed, text);
    }

    private static async Task<int> EndAsync(
        Tx tx,
        DueClock clock,
        IReadOnlyDictionary<string, IReadOnlyList<string>?> owed,
        string reason
    )
    {
        if (await DueClock.SettleAsync(tx, clock.CaseRef) > 0)
        {
            return 0;
        }
        var missing = (await MissingHosts.OfAsync(tx, clock.CaseRef, owed, clock.KnowledgeAt)).Count;
        var isOtherOwed = owed.Values.Any(hosts => hosts is null);
        if (missing == 0 && !isOtherOwed && (await FiledReport.OfAsync(tx, "Open", clock.CaseRef)).Count == 0)
        {
            await DueClock.EndWithoutAsync(tx, clock.CaseRef, tx.Actor.Name, reason);
        }
        return missing;
    }

    private static byte[] DigestOf(Tx tx, string host) =>
        tx.Secrets.Digest("report host").Of(Encoding.UTF8.GetBytes(host));

    private sealed class Row
    {
        public byte[] Host { get; init; } = [];
        public DateTimeOffset SaidAt { get; init; }
    }
}
