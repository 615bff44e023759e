using Vigil.CyberTip.Service;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Reading;

/// <summary>A call as it was made and answered.</summary>
/// <param name="CallId">To read its bytes by.</param>
/// <param name="Said">The service's own words; they may quote the report. Null: none came.</param>
/// <param name="HasSent">Its bytes can be read.</param>
/// <param name="HasAnswered">The answer's bytes can be read.</param>
internal sealed record ExchangeView(
    Guid CallId,
    int Attempt,
    long Number,
    string Call,
    string Outcome,
    string? RequestId,
    int? Code,
    int? HttpStatus,
    DateTimeOffset At,
    string? Said,
    bool HasSent,
    bool HasAnswered
)
{
    /// <summary>Of a receipt for an attempt that was given up: the number there. Null: it is none.</summary>
    public string? RemoteId { get; init; }
}

/// <summary>The calls of a report, newest first.</summary>
internal static class ReadCalls
{
    private const int Most = 200;

    public static async Task<IReadOnlyList<ExchangeView>> ListAsync(Tx tx, ReportRow report)
    {
        var rows = await tx.QueryAsync<ListedCall>(
            """
            select id, attempt, number, call, outcome, request_id, code, http_status, at, said,
                sent is not null as has_sent, answered is not null as has_answered, remote_id
            from filing_exchange where tenant = @tenant and report_id = @id order by number desc, at desc limit @most
            """,
            new { id = report.Id, most = Most }
        );
        var hasDocument =
            await ReportDocuments.FindAsync(tx, report.Id, ReportDocuments.Approved) is not null;
        return
        [
            .. rows.Select(row => new ExchangeView(
                row.Id,
                row.Attempt,
                row.Number,
                row.Call,
                row.Outcome,
                row.RequestId,
                row.Code,
                row.HttpStatus,
                row.At,
                ExchangeLog.OpenSaid(tx, row.Id, row.Said),
                row.HasSent || (hasDocument && IsDocument(report, row.Call)),
                row.HasAnswered
            )
            {
                RemoteId = row.RemoteId,
            }),
        ];
    }

    /// <summary>What was sent is the approved document itself.</summary>
    public static bool IsDocument(ReportRow report, string call) =>
        call == nameof(ServiceCall.Submit)
        || (call == nameof(ServiceCall.Finish) && FilingKinds.Of(report.Destination) == DeliveryKind.Call);

    private sealed class ListedCall
    {
        public Guid Id { get; init; }
        public int Attempt { get; init; }
        public long Number { get; init; }
        public string Call { get; init; } = "";
        public string Outcome { get; init; } = "";
        public string? RequestId { get; init; }
        public int? Code { get; init; }
        public int? HttpStatus { get; init; }
        public DateTimeOffset At { get; init; }
        public byte[]? Said { get; init; }
        public bool HasSent { get; init; }
        public bool HasAnswered { get; init; }
        public string? RemoteId { get; init; }
    }
}
