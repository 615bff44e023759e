using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.NoticesReceived;

/// <param name="Found">Of them, where the content was known here.</param>
/// <param name="Overdue">Steps whose time is over and that are not done.</param>
/// <param name="MedianHoursToRemoval">From the arrival on; null: nothing was removed yet.</param>
/// <param name="MedianHoursToReply">Null: none was answered yet.</param>
internal sealed record SenderNumbers(
    string Kind,
    string Sender,
    long Received,
    long Found,
    long Answered,
    long Overdue,
    double? MedianHoursToRemoval,
    double? MedianHoursToReply
);

/// <param name="Destination">Code of who received the reports; empty: a case was named, no report.</param>
/// <param name="Outcomes">How often each was said.</param>
/// <param name="InformationalShare">Of all that was said of reports there; null: nothing.</param>
internal sealed record OutcomeNumbers(
    string From,
    string Destination,
    IReadOnlyDictionary<string, long> Outcomes,
    double? InformationalShare
);

/// <summary>Notices by sender, and what became of reports, as far as it was told.</summary>
internal sealed record NoticeNumbers(
    IReadOnlyList<SenderNumbers> Senders,
    IReadOnlyList<OutcomeNumbers> Outcomes
)
{
    private const int MostSteps = 10_000;

    /// <summary>Of all cases: who works inside fences sees none of it.</summary>
    public static async Task<NoticeNumbers> ReadAsync(Tx tx)
    {
        if (tx.Actor.IsFenced)
        {
            throw ProblemException.NotFound("These numbers are about all cases, and you see some.");
        }
        return new NoticeNumbers(await SendersAsync(tx), await OutcomesAsync(tx));
    }

    private static async Task<IReadOnlyList<SenderNumbers>> SendersAsync(Tx tx)
    {
        var rows = await tx.QueryAsync<NoticeRow>(
            $"""
            select n.id, n.sender_kind, n.sender_digest, n.details, n.is_found, n.state, n.received_at,
                (select s.done_at from notice_step s where s.tenant = @tenant and s.notice_id = n.id
                    and s.step = 'Remove' and s.outcome = 'removed') as removed_at,
                (select s.done_at from notice_step s where s.tenant = @tenant and s.notice_id = n.id
                    and s.step = 'Reply') as replied_at,
                (select count(*) from notice_step s where s.tenant = @tenant and s.notice_id = n.id
                    and s.done_at is null and s.due_at <= @now) as overdue
            from notice_received n where n.tenant = @tenant order by n.id desc limit {MostSteps}
            """,
            new { now = tx.Now }
        );
        return
        [
            .. rows.GroupBy(row => Convert.ToHexString(row.SenderDigest), StringComparer.Ordinal)
                .Select(group => NumbersOf(tx, [.. group]))
                .OrderByDescending(numbers => numbers.Received)
                .ThenBy(numbers => numbers.Sender, StringComparer.Ordinal)
                .Take(NoticeLimits.Rows),
        ];
    }

    private static SenderNumbers NumbersOf(Tx tx, IReadOnlyList<NoticeRow> rows) =>
        new(
            Words.Of(rows[0].SenderKind),
            ReceivedNotice.Open<NoticeDetails>(tx, rows[0].Details, rows[0].Id).Sender,
            rows.Count,
            rows.Count(row => row.IsFound),
            rows.Count(row => row.State == NoticeState.Answered),
            rows.Sum(row => row.Overdue),
            MedianHours(rows.Select(row => row.RemovedAt - row.ReceivedAt)),
            MedianHours(rows.Select(row => row.RepliedAt - row.ReceivedAt))
        );

    private static double? MedianHours(IEnumerable<TimeSpan?> times)
    {
        var sorted = times.OfType<TimeSpan>().Order().ToList();
        return sorted.Count == 0
            ? null
            : Math.Round((sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]).TotalHours / 2, 1);
    }

    private static async Task<IReadOnlyList<OutcomeNumbers>> OutcomesAsync(Tx tx)
    {
        var rows = await tx.QueryAsync<OutcomeRow>(
            """
            select from_kind, destination, outcome, count(*) as said from notice_feedback
            where tenant = @tenant group by from_kind, destination, outcome
            """
        );
        return
        [
            .. rows.GroupBy(row => (row.FromKind, row.Destination))
                .OrderBy(group => group.Key)
                .Select(group => new OutcomeNumbers(
                    Words.Of(group.Key.FromKind),
                    group.Key.Destination,
                    group.ToDictionary(row => Words.Of(row.Outcome), row => row.Said, StringComparer.Ordinal),
                    Math.Round(
                        group.Where(row => row.Outcome == ToldOutcome.Informational).Sum(row => row.Said)
                            / (double)group.Sum(row => row.Said),
                        3
                    )
                )),
        ];
    }

    private sealed class NoticeRow
    {
        public Guid Id { get; init; }
        public SenderKind SenderKind { get; init; }
        public byte[] SenderDigest { get; init; } = [];
        public byte[] Details { get; init; } = [];
        public bool IsFound { get; init; }
        public NoticeState State { get; init; }
        public DateTimeOffset ReceivedAt { get; init; }
        public DateTimeOffset? RemovedAt { get; init; }
        public DateTimeOffset? RepliedAt { get; init; }
        public long Overdue { get; init; }
    }

    private sealed class OutcomeRow
    {
        public ToldBy FromKind { get; init; }
        public string Destination { get; init; } = "";
        public ToldOutcome Outcome { get; init; }
        public long Said { get; init; }
    }
}
