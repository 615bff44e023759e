using System.Security.Cryptography;
using System.Text.Json;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>
/// Two persons let the files of a report out, on a legal basis, for the very bytes approved, to one recipient.
/// </summary>
internal sealed class MediaRelease
{
    /// <summary>As the second person's act stands in the ledger.</summary>
    public const string Released = "package.media_released";
    public const int MaxBasisCharacters = 200;

    public Guid ReportId { get; init; }
    public byte[] DocumentSha256 { get; init; } = [];
    public string LegalBasis { get; init; } = "";

    /// <summary>Whose key they may be sealed to; null: asked for before that was said, and lets nothing out.</summary>
    public Guid? RecipientId { get; init; }
    public DateTimeOffset AskedAt { get; init; }
    public string AskedBy { get; init; } = "";

    /// <summary>Null: a second person is waited for.</summary>
    public DateTimeOffset? ReleasedAt { get; init; }
    public string? ReleasedBy { get; init; }

    public bool Covers(byte[] document, Guid recipientId) =>
        ReleasedAt is not null
        && RecipientId == recipientId
        && CryptographicOperations.FixedTimeEquals(DocumentSha256, SHA256.HashData(document));

    public static Task<MediaRelease?> FindAsync(Tx tx, Guid reportId) =>
        tx.FindAsync<MediaRelease>(
            """
            select report_id, document_sha256, legal_basis, recipient_id, asked_at, asked_by, released_at, released_by
            from media_release where tenant = @tenant and report_id = @reportId
            """,
            new { reportId }
        );

    /// <summary>First person. An earlier release of other bytes is void.</summary>
    /// <param name="tx">Of an act.</param>
    /// <param name="reportId">Approved, with files.</param>
    /// <param name="recipientId">Verified, and of the report's destination and country.</param>
    /// <param name="legalBasis">By which this recipient may have them.</param>
    public static async Task AskAsync(Tx tx, Guid reportId, Guid recipientId, string legalBasis)
    {
        var ready = await ReadyPackage.RequireAsync(tx, reportId);
        await RefuseSoloAsync(tx);
        if (!ready.Destination.MayTakeMedia)
        {
            throw ProblemException.Conflict(
                "no_media_there",
                "No files go to this destination: the law or its form takes fingerprints and facts alone."
            );
        }
        if (ready.Files.Count == 0)
        {
            throw ProblemException.Conflict("no_media", "The approved report names no sealed file.");
        }
        Recipients.RequireText(legalBasis, "legalBasis", MaxBasisCharacters);
        var recipient = await Recipients.RequireAsync(tx, recipientId);
        BuildPackage.RequireFor(ready, recipient);
        var sha256 = SHA256.HashData(ready.Document);
        await WithdrawOfOtherBytesAsync(tx, reportId, recipientId, sha256);
        await SecondPerson.RequestAsync(
            tx,
            Released,
            reportId.ToString(),
            legalBasis.Trim(),
            TimeSpan.Zero,
            PlanOf(ready, recipient, legalBasis.Trim())
        );
        await tx.ExecuteAsync(
            """
            insert into media_release (tenant, report_id, document_sha256, legal_basis, recipient_id, asked_at,
                asked_by)
            values (@tenant, @reportId, @sha256, @legalBasis, @recipientId, @now, @by)
            on conflict (tenant, report_id) do update set document_sha256 = excluded.document_sha256,
                legal_basis = excluded.legal_basis, recipient_id = excluded.recipient_id,
                asked_at = excluded.asked_at, asked_by = excluded.asked_by,
                released_at = null, released_by = null
            """,
            new
            {
                reportId,
                sha256,
                recipientId,
                legalBasis = legalBasis.Trim(),
                now = tx.Now,
                by = tx.Actor.Name,
            }
        );
    }

    /// <summary>Who asked for files of an earlier approval, or for another recipient, waits for nobody now.</summary>
    private static async Task WithdrawOfOtherBytesAsync(Tx tx, Guid reportId, Guid recipientId, byte[] sha256)
    {
        if (
            await FindAsync(tx, reportId) is { } before
            && (
                before.RecipientId != recipientId
                || !CryptographicOperations.FixedTimeEquals(before.DocumentSha256, sha256)
            )
            && await SecondPerson.FindAsync(tx, Released, reportId.ToString()) is not null
        )
        {
            await SecondPerson.WithdrawAsync(
                tx,
                Released,
                reportId.ToString(),
                "Another report was approved since, or another recipient chosen."
            );
        }
    }

    private static async Task RefuseSoloAsync(Tx tx)
    {
        if (await SoloMode.IsOnAsync(tx))
        {
            throw ProblemException.Conflict(
                "solo_mode",
                "No media is released in solo mode: it takes two persons."
            );
        }
    }

    /// <summary>All that the second person lets out: which bytes and files, to whose key, by which law.</summary>
    private static byte[] PlanOf(ReadyPackage ready, Recipient recipient, string legalBasis) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                document = Convert.ToHexStringLower(SHA256.HashData(ready.Document)),
                ready.Files,
                recipient = recipient.Id,
                recipient.Fingerprint,
                legalBasis,
            }
        );

    /// <summary>Second person.</summary>
    /// <param name="tx">Of an act.</param>
    /// <param name="reportId">Of the release.</param>
    /// <param name="read">Of the request that was read.</param>
    public static async Task ApproveAsync(Tx tx, Guid reportId, string? read)
    {
        var ready = await ReadyPackage.RequireAsync(tx, reportId);
        await RefuseSoloAsync(tx);
        var asked = await FindAsync(tx, reportId);
        if (
            asked?.RecipientId is not { } recipientId
            || !CryptographicOperations.FixedTimeEquals(asked.DocumentSha256, SHA256.HashData(ready.Document))
        )
        {
            throw ProblemException.Conflict(
                "nothing_requested",
                "Nobody asked to release files of this approved report."
            );
        }
        var recipient = await Recipients.RequireAsync(tx, recipientId);
        BuildPackage.RequireFor(ready, recipient);
        var plan = PlanOf(ready, recipient, asked.LegalBasis);
        await SecondPerson.ConfirmAsync(tx, Released, reportId.ToString(), read, plan);
        await tx.ExecuteAsync(
            """
            update media_release set released_at = @now, released_by = @by
            where tenant = @tenant and report_id = @reportId
            """,
            new
            {
                reportId,
                now = tx.Now,
                by = tx.Actor.Name,
            }
        );
        await tx.RecordAsync(
            new LedgerAct(Released, reportId.ToString())
            {
                Reason = asked.LegalBasis,
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["asked by"] = asked.AskedBy,
                    ["files"] = $"{ready.Files.Count}",
                    ["recipient"] = recipient.Fingerprint,
                },
            }
        );
    }
}
