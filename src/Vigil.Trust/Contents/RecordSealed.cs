using Vigil.Evidence;
using Vigil.Files;
using Vigil.Trust.Custody;

namespace Vigil.Trust;

/// <summary>The rows of a sealed content: what must hold before, and the one act that makes it held.</summary>
public sealed partial class Contents
{
    /// <summary>What may be known before the bytes are read: better told now than after two gigabytes.</summary>
    /// <returns>The same file is there already.</returns>
    private Task<Guid?> FindSameAsync(Actor actor, ContentToSeal what, CancellationToken cancellation) =>
        _db.ReadAsync(
            actor,
            Permission.ContentBring,
            async tx =>
            {
                var same = await SameAsync(tx, what);
                if (same is null)
                {
                    await RequireCaseAsync(tx, what);
                    await RequireRoomAsync(tx, what, 0);
                }
                return same;
            },
            cancellation
        );

    private async Task<Guid> RecordAsync(
        Actor actor,
        ContentToSeal what,
        Guid id,
        CheckedBytes bytes,
        CancellationToken cancellation
    )
    {
        try
        {
            var recorded = await _db.ActAsync(
                actor,
                Permission.ContentBring,
                tx => RecordAsync(tx, what, id, bytes),
                cancellation
            );
            if (recorded != id)
            {
                Discard(actor.Tenant, id);
            }
            return recorded;
        }
        catch (ContentException)
        {
            // Refused, so no row names it. After other failures that is not known: the sweep finds out.
            Discard(actor.Tenant, id);
            throw;
        }
    }

    private async Task<Guid> RecordAsync(Tx tx, ContentToSeal what, Guid id, CheckedBytes bytes)
    {
        if (await SameAsync(tx, what) is { } same)
        {
            await tx.RecordAsync(new LedgerAct("content.brought_again", same.ToString()));
            return same;
        }
        var found = await RequireCaseAsync(tx, what);
        await RequireRoomAsync(tx, what, bytes.Count);
        var law = LawOf(found)!;
        await CustodyTables.PutAsync(
            tx,
            new ContentRow
            {
                Id = id,
                CaseRef = what.Case.Value,
                ItemId = what.ItemId,
                Kind = NameOf(bytes.Kind),
                Bytes = bytes.Count,
                Sha256Digest = ListSecrets.FileBlind(tx.Secrets, what.Sha256),
                Md5Digest = ListSecrets.FileMd5Blind(tx.Secrets, bytes.Md5),
                Sha1Digest = ListSecrets.FileSha1Blind(tx.Secrets, bytes.Sha1),
                Jurisdiction = found.Jurisdiction,
                IsSample = found.IsTest || _profile() == Profile.Demo,
                SealedAt = tx.Now,
                SealedBy = tx.Actor.Name,
            }
        );
        await tx.RecordAsync(
            new LedgerAct("content.sealed", id.ToString())
            {
                Secret = Convert.ToHexStringLower(what.Sha256),
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["case"] = what.Case.Value,
                    ["kind"] = NameOf(bytes.Kind),
                },
            }
        );
        await Holds.AddAsync(
            tx,
            new NewHold
            {
                Kind = HoldKind.Preservation,
                ContentId = id,
                Authority = law.Source,
                Reason = "Sealed; the law of its place says how long it is kept.",
                ExpiresAt = law.KeepUntil(tx.Now),
            }
        );
        await tx.RaiseAsync(new ContentSealed(what.Case, what.ItemId, id));
        return id;
    }

    private void Discard(TenantId tenant, Guid id)
    {
        try
        {
            CustodyOf(tenant).Locker.Destroy(ObjectOf(id), _ => false);
        }
        catch (LockerException)
        {
            // The sweep destroys it.
        }
    }

    private static Task<Guid?> SameAsync(Tx tx, ContentToSeal what) =>
        tx.FindAsync<Guid?>(
            """
            select id from content
            where tenant = @tenant and case_ref = @case and sha256_digest = @digest and state = 'Sealed'
              and (item_id = @item or (item_id is null and @isWhole))
            order by id limit 1
            """,
            new
            {
                @case = what.Case.Value,
                digest = ListSecrets.FileBlind(tx.Secrets, what.Sha256),
                item = what.ItemId ?? Guid.Empty,
                isWhole = what.ItemId is null,
            }
        );

    private async Task<CaseForContent> RequireCaseAsync(Tx tx, ContentToSeal what)
    {
        var found = tx.IsAnswered<ContentCase>()
            ? await tx.AskAsync<ContentCase, CaseForContent>(new ContentCase(what.Case, what.ItemId))
            : CaseForContent.None;
        if (!found.IsThere)
        {
            throw new ContentException(
                ContentProblem.NoSuchCase,
                "There is no case of this reference, or no such item in it."
            );
        }
        if (found.IsClosed)
        {
            throw new ContentException(
                ContentProblem.CaseClosed,
                "The case is closed and takes no contents: reopen it first, with a reason."
            );
        }
        if (found.IsCleared)
        {
            throw new ContentException(
                ContentProblem.CaseCleared,
                "A person decided that this is not CSAM: nothing of it is kept. If that was wrong, reopen the case "
                    + "first, with a reason."
            );
        }
        if (LawOf(found) is null)
        {
            throw NotPermitted(
                "Contents are not kept where this was found, as far as the law of that place is known here: hash, "
                    + "report, discard."
            );
        }
        await RequireItemsFileAsync(tx, what, found);
        return found;
    }

    /// <summary>The file of a scanned item is the one that was scanned, not another.</summary>
    private static async Task RequireItemsFileAsync(Tx tx, ContentToSeal what, CaseForContent found)
    {
        if (found.DecisionId is not { } decision || !tx.IsAnswered<DecidedDigest>())
        {
            return;
        }
        var decided = await tx.AskAsync<DecidedDigest, byte[]>(new DecidedDigest(decision));
        if (
            decided.Length > 0
            && !decided.AsSpan().SequenceEqual(ListSecrets.FileBlind(tx.Secrets, what.Sha256))
        )
        {
            throw new ContentException(
                ContentProblem.OtherDigest,
                "This is not the file of the item: its SHA-256 is another than the one that was scanned."
            );
        }
    }

    private async Task RequireRoomAsync(Tx tx, ContentToSeal what, long bytes)
    {
        var inCase = await tx.FindAsync<long>(
            "select count(*) from content where tenant = @tenant and state <> 'Destroyed' and case_ref = @case",
            new { @case = what.Case.Value }
        );
        var all = await CustodyTables.HeldAsync(tx);
        if (inCase >= _limits.MaxPerCase || all.Count >= _limits.MaxContents)
        {
            throw new ContentException(
                ContentProblem.QuotaReached,
                $"A case has at most {_limits.MaxPerCase} contents, a tenant {_limits.MaxContents}: choose "
                    + "which matter."
            );
        }
        if (all.Bytes + bytes > _limits.MaxTenantBytes)
        {
            throw new ContentException(
                ContentProblem.QuotaReached,
                $"The contents of this tenant would fill more than {_limits.MaxTenantBytes} bytes: raise its quota, or "
                    + "wait until something is due."
            );
        }
    }

    /// <summary>Null: nothing is kept there.</summary>
    private Preservation? LawOf(CaseForContent found) =>
        _profile() == Profile.Demo
            ? Preservation.OfSamples
            : KnownJurisdictions.Find(found.Jurisdiction)?.Preservation;

    private static string NameOf(ContentKind kind) =>
        kind switch
        {
            ContentKind.Picture => "picture",
            ContentKind.Video => "video",
            _ => "other",
        };
}
