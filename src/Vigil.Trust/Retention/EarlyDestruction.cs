using Vigil.Trust.Custody;

namespace Vigil.Trust;

/// <summary>
/// Destruction before its time, because a court or an authority asks for it. Two persons with authority; a team of one
/// cannot. It overrides what the law of the place would keep, and no hold that somebody placed, nor a pending report.
/// </summary>
public static class EarlyDestruction
{
    /// <summary>The act that takes two persons.</summary>
    public const string Action = "content.destroyed_early";

    /// <exception cref="RetentionException">Not in solo mode, not there, or held.</exception>
    /// <exception cref="SecondPersonException">It was asked for already.</exception>
    public static async Task<SecondPersonRequest> RequestAsync(Tx tx, Guid contentId, string reason)
    {
        ArgumentNullException.ThrowIfNull(tx);
        await RequireTwoAsync(tx);
        await RequireAsync(tx, contentId);
        var why = Holds.TextOf(reason, "reason");
        return await SecondPerson.RequestAsync(tx, Action, contentId.ToString(), why, TimeSpan.Zero);
    }

    /// <summary>
    /// By the second person. From then on it does not open; its object goes with the next look, which signs it first.
    /// </summary>
    /// <exception cref="RetentionException">Not in solo mode, not there, or held since.</exception>
    /// <exception cref="SecondPersonException">Nothing waits, not what was read, or it is the same person.</exception>
    public static async Task ApproveAsync(Tx tx, Guid contentId, string? read)
    {
        ArgumentNullException.ThrowIfNull(tx);
        await RequireTwoAsync(tx);
        var row = await RequireAsync(tx, contentId);
        var about = contentId.ToString();
        var request = await SecondPerson.FindAsync(tx, Action, about);
        await SecondPerson.ConfirmAsync(tx, Action, about, read);
        await Retention.BeginAsync(tx, row, request!.Reason, isEarly: true);
    }

    /// <exception cref="RetentionException">Not there.</exception>
    /// <exception cref="SecondPersonException">Nothing waits.</exception>
    public static async Task WithdrawAsync(Tx tx, Guid contentId, string reason)
    {
        ArgumentNullException.ThrowIfNull(tx);
        if (await CustodyTables.ContentAsync(tx, contentId) is null)
        {
            throw NoContent();
        }
        await SecondPerson.WithdrawAsync(tx, Action, contentId.ToString(), Holds.TextOf(reason, "reason"));
    }

    private static RetentionException NoContent() => new("not_found", "There is no such content.");

    private static async Task RequireTwoAsync(Tx tx)
    {
        if (await SoloMode.IsOnAsync(tx))
        {
            throw new RetentionException(
                "solo_mode",
                "Nothing is destroyed before its time in solo mode: it takes two persons. End solo mode when "
                    + "there are two."
            );
        }
    }

    private static async Task<ContentRow> RequireAsync(Tx tx, Guid contentId)
    {
        var row = await CustodyTables.ContentAsync(tx, contentId);
        if (row is null)
        {
            throw NoContent();
        }
        if (row.State != ContentRow.Sealed)
        {
            throw new RetentionException(
                "content_destroyed",
                "This content is destroyed, or is being destroyed."
            );
        }
        var holds = await Holds.OfContentAsync(tx, contentId);
        if (holds.Any(hold => hold.Kind != HoldKind.Preservation && hold.IsActiveAt(tx.Now)))
        {
            throw new RetentionException(
                "content_held",
                "A legal, law-enforcement or dispute hold is on it: nothing under it is destroyed. Lift it "
                    + "first, by who may."
            );
        }
        return (await ClaimTables.OfAsync(tx, row)).HasPendingReport
            ? throw new RetentionException(
                "report_pending",
                "A report of it is begun and not finished: finish it or give it up first."
            )
            : row;
    }
}
