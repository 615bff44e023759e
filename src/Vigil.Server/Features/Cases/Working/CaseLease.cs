using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <param name="CaseRef">The case.</param>
/// <param name="Lease">To be named with every act on it: an older one is refused.</param>
/// <param name="Until">Claim again before this to go on.</param>
public sealed record LeaseAnswer(string CaseRef, long Lease, DateTimeOffset Until);

/// <summary>
/// One person works on a case at a time. A claim ends by itself, so that nobody who was called away blocks it; who
/// comes back late and was overtaken has a number that is too old, and writes nothing.
/// </summary>
internal static class CaseLease
{
    /// <summary>How long a claim holds without a sign of life; each act and each renewal begins it anew.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    public static bool IsLive(CaseFile file, DateTimeOffset now) =>
        file.ClaimedBy is not null && file.LeaseUntil > now;

    /// <summary>Checks the claim of an act, and renews it.</summary>
    /// <exception cref="ProblemException">lease_lost, case_claimed: nothing was written.</exception>
    public static async Task CheckAsync(Tx tx, CaseFile file, long? lease)
    {
        var isMine = file.ClaimedBy == tx.Actor.Name;
        if (lease is { } named)
        {
            if (named != file.LeaseEpoch || !isMine)
            {
                throw Lost(file);
            }
            await RenewAsync(tx, file);
        }
        else if (IsLive(file, tx.Now) && !isMine)
        {
            throw Claimed(file);
        }
    }

    /// <summary>Takes the case for the actor, or renews what the actor has.</summary>
    /// <exception cref="ProblemException">Somebody else works on it.</exception>
    public static async Task<LeaseAnswer> TakeAsync(Tx tx, CaseFile file)
    {
        if (IsLive(file, tx.Now) && file.ClaimedBy == tx.Actor.Name)
        {
            await RenewAsync(tx, file);
            return new LeaseAnswer(file.Ref, file.LeaseEpoch, tx.Now + Life);
        }
        var taken = await tx.ExecuteAsync(
            """
            update case_file set claimed_by = @me, lease_until = @until, lease_epoch = lease_epoch + 1
            where tenant = @tenant and id = @id and lease_epoch = @epoch
              and (claimed_by is null or lease_until is null or lease_until <= @now)
            """,
            new
            {
                id = file.Id,
                epoch = file.LeaseEpoch,
                me = tx.Actor.Name,
                now = tx.Now,
                until = tx.Now + Life,
            }
        );
        return taken == 1
            ? new LeaseAnswer(file.Ref, file.LeaseEpoch + 1, tx.Now + Life)
            : throw Claimed(file);
    }

    /// <summary>Gives it back. The number stays used.</summary>
    public static Task<int> ReleaseAsync(Tx tx, Guid id) =>
        tx.ExecuteAsync(
            """
            update case_file set claimed_by = null, lease_until = null, lease_epoch = lease_epoch + 1
            where tenant = @tenant and id = @id
            """,
            new { id }
        );

    private static Task<int> RenewAsync(Tx tx, CaseFile file) =>
        tx.ExecuteAsync(
            "update case_file set lease_until = @until where tenant = @tenant and id = @id and lease_epoch = @epoch",
            new
            {
                id = file.Id,
                epoch = file.LeaseEpoch,
                until = tx.Now + Life,
            }
        );

    private static ProblemException Claimed(CaseFile file) =>
        ProblemException.Conflict(
            "case_claimed",
            $"{file.ClaimedBy} works on this case until {file.LeaseUntil:HH:mm} UTC unless they go on. Take the "
                + "next one, "
                + "or ask for it to be handed over."
        );

    private static ProblemException Lost(CaseFile file) =>
        ProblemException.Conflict(
            "lease_lost",
            (
                file.ClaimedBy is { } other
                    ? $"While you were away {other} took this case. "
                    : "Your claim of this case ended. "
            ) + "Nothing of yours was written: read the case again and claim it before you go on."
        );
}
