using System.Globalization;

namespace Vigil.Trust;

/// <summary>
/// Whether a confirmation is of what waits: who withdraws a request and asks for something else while a second person
/// reads the first has nothing confirmed.
/// </summary>
internal static class ReadRequest
{
    /// <exception cref="SecondPersonException">Nothing is read, or another request; it says what changed.</exception>
    public static async Task RequireAsync(Tx tx, SecondPersonRequest? waiting, string action, string? read)
    {
        if (waiting is not null && string.IsNullOrWhiteSpace(read))
        {
            throw new SecondPersonException(
                "read_missing",
                "Say in 'read' what you read: that word stands with what was asked for. Of a page: open it again."
            );
        }
        if (waiting is not null && read!.Trim() == waiting.Read)
        {
            return;
        }
        var before = await FateAsync(tx, action, read ?? "");
        throw waiting is null
            ? new SecondPersonException(
                "nothing_requested",
                $"Nothing of this kind waits to be confirmed: ask for it first.{before}"
            )
            : new SecondPersonException(
                "asked_anew",
                $"This is not what you read.{before} What waits now was asked for by {waiting.RequestedBy}, "
                    + $"{At(waiting.RequestedAt)}: {waiting.Reason} Open the page and read it, then confirm that or "
                    + "call it off."
            );
    }

    /// <summary>What became of the one that was read; empty: no such request.</summary>
    private static async Task<string> FateAsync(Tx tx, string action, string read)
    {
        var fate = Guid.TryParseExact(read.Trim().Split('.')[0], "N", out var id)
            ? await tx.FindAsync<Fate>(
                """
                select state, ended_by, ended_at from second_person
                where tenant = @tenant and id = @id and action = @action
                """,
                new { id, action }
            )
            : null;
        return fate switch
        {
            { State: "Confirmed" } => $" What you read was confirmed by {fate.EndedBy}, {At(fate.EndedAt)}.",
            { State: "Withdrawn", EndedBy: { } by } =>
                $" What you read was called off by {by}, {At(fate.EndedAt)}.",
            not null => " What you read is more than a week old, and void.",
            null => "",
        };
    }

    private static string At(DateTimeOffset? time) =>
        time is { } at ? at.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture) : "";

    private sealed class Fate
    {
        public string State { get; init; } = "";
        public string? EndedBy { get; init; }
        public DateTimeOffset? EndedAt { get; init; }
    }
}
