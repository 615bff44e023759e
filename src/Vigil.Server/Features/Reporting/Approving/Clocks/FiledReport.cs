using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Filing;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Clocks;

/// <summary>A filed report of a case that has a clock: of the case itself, or a batch that names it.</summary>
internal sealed class FiledReport
{
    private const int Most = 500;

    private const string IsMet = """
        d.state = @state and (@all or d.case_ref = @caseRef)
          and r.state in ('Filed', 'FiledReceiptLost') and (@atAnyTime or r.approved_at >= d.knowledge_at)
          and (r.environment = 'Production' or d.is_test)
          and (d.is_test or r.destination <> @cybertip or coalesce(r.filed_at, r.state_since) >= @since
            and coalesce(r.filed_address, @address) = @address)
        """;

    public string CaseRef { get; init; } = "";

    /// <summary>Of the case; empty: not known.</summary>
    public string Jurisdiction { get; init; } = "";

    /// <summary>The case is of test pictures: reports to the test environment count.</summary>
    public bool IsTest { get; init; }
    public Guid Id { get; init; }
    public string Destination { get; init; } = "";

    /// <summary>When it was filed.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The newest draft first. Not what an address of the CyberTipline of before took.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="state">Of the clock: Open or Met.</param>
    /// <param name="caseRef">Of one case; null: of all.</param>
    /// <param name="atAnyTime">Also what was approved before the clock began.</param>
    public static async Task<IReadOnlyList<FiledReport>> OfAsync(
        Tx tx,
        string state,
        string? caseRef,
        bool atAnyTime = false
    ) =>
        await tx.QueryAsync<FiledReport>(
            $"""
            select d.case_ref, d.jurisdiction, d.is_test, r.id, r.destination,
                coalesce(r.filed_at, r.state_since) as at, r.created_at
            from report_due d join report r on r.tenant = d.tenant and r.case_ref = d.case_ref
            where d.tenant = @tenant and {IsMet}
            union
            select d.case_ref, d.jurisdiction, d.is_test, r.id, r.destination,
                coalesce(r.filed_at, r.state_since), r.created_at
            from report_due d join report_batch_case b on b.tenant = d.tenant and b.case_ref = d.case_ref
            join report r on r.tenant = b.tenant and r.id = b.report_id
            where d.tenant = @tenant and {IsMet}
            order by 7 desc, 4 limit @most
            """,
            new
            {
                cybertip = FilingKinds.CyberTip,
                since = await WhoIsThere.SinceAsync(tx, FilingKinds.CyberTip, ReportEnvironment.Production),
                address = await WhoIsThere.AddressAsync(
                    tx,
                    FilingKinds.CyberTip,
                    ReportEnvironment.Production
                ),
                all = caseRef is null,
                caseRef = caseRef ?? "",
                state,
                atAnyTime,
                most = Most,
            }
        );

    /// <summary>
    /// Destinations that are owed a report of its case by the laws that apply, none: any; and of those that are asked
    /// by host which hosts are to be in one, none: they cannot be read now. Null: no matter which.
    /// </summary>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<string>?>> OwedAsync(
        Tx tx,
        string caseRef,
        string jurisdiction,
        bool isTest
    )
    {
        if (isTest)
        {
            return new Dictionary<string, IReadOnlyList<string>?>();
        }
        var routing = await tx.AskAsync<RoutesWanted, RoutingAnswer>(new(jurisdiction, caseRef));
        return CaseRouting
            .OwedOf(routing)
            .ToDictionary(code => code, code => CaseRouting.HostsOf(routing, code), StringComparer.Ordinal);
    }

    public Task<IReadOnlyDictionary<string, IReadOnlyList<string>?>> OwedAsync(Tx tx) =>
        OwedAsync(tx, CaseRef, Jurisdiction, IsTest);
}
