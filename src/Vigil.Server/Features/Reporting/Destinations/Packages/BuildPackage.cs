using System.Security.Cryptography;
using Vigil.Evidence;
using Vigil.Files;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <param name="File">The sealed package, at its beginning; the file is gone when it is closed.</param>
/// <param name="Sha256">Of the whole file.</param>
internal sealed record BuiltPackage(Stream File, string Name, byte[] Sha256);

/// <summary>
/// Builds a package of an approved report: the act is in the signed ledger first, then it is sealed, then its digest is
/// recorded, then the journal outside the database has it, then it is given out.
/// </summary>
internal sealed class BuildPackage(TrustKernel kernel, ServerOptions options, PackageLines lines)
    : IDisposable
{
    private const int AtOnce = 2;

    private readonly Db _db = kernel.Db;
    private readonly SemaphoreSlim _building = new(AtOnce, AtOnce);

    /// <summary>Beside the locker: private, on the volume that is meant for contents, and never memory.</summary>
    private string Folder => Path.Combine(options.DataFolder, "building");

    /// <param name="actor">Who builds it; with files it needs <see cref="Permission.ContentExport"/>.</param>
    /// <param name="reportId">Approved, and past the time in which that can be undone.</param>
    /// <param name="recipientId">Verified, of the report's destination.</param>
    /// <param name="withMedia">With the files that two persons released.</param>
    /// <param name="cancellation">Stops before anything is given out.</param>
    public async Task<BuiltPackage> RunAsync(
        Actor actor,
        Guid reportId,
        Guid recipientId,
        bool withMedia,
        CancellationToken cancellation
    )
    {
        if (!await _building.WaitAsync(TimeSpan.Zero, cancellation))
        {
            throw new ProblemException(
                429,
                "busy",
                $"{AtOnce} packages are being built, as many as may be at a time."
            )
            {
                RetryAfter = TimeSpan.FromSeconds(10),
            };
        }
        try
        {
            await lines.ReadyToGiveAsync(actor.Tenant, cancellation);
            var permission = withMedia ? Permission.ContentExport : Permission.ReportFile;
            var plan = await _db.SignedAsync(
                actor,
                permission,
                tx => PlanAsync(tx, reportId, recipientId, withMedia),
                cancellation
            );
            using (plan.Signer)
            {
                return await BuildAsync(actor, permission, plan, cancellation);
            }
        }
        finally
        {
            _building.Release();
        }
    }

    /// <summary>Everything that must hold, and the act.</summary>
    internal static async Task<Plan> PlanAsync(Tx tx, Guid reportId, Guid recipientId, bool withMedia)
    {
        var ready = await RequireAsync(tx, reportId);
        var recipient = await Recipients.RequireAsync(tx, recipientId);
        RequireFor(ready, recipient);
        var release = await MediaRelease.FindAsync(tx, reportId);
        if (withMedia && release?.Covers(ready.Document, recipientId) != true)
        {
            throw ProblemException.Conflict(
                "media_not_released",
                "Two persons release the files of this approved report to this recipient first; until then it goes by "
                    + "fingerprints alone."
            );
        }
        await tx.RecordAsync(
            new LedgerAct("package.released", reportId.ToString())
            {
                Reason = withMedia ? release!.LegalBasis : null,
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["destination"] = ready.Destination.Code,
                    ["recipient"] = recipient.Fingerprint,
                    ["country"] = recipient.Country,
                    ["files"] = withMedia ? $"{ready.Files.Count}" : "0",
                },
            }
        );
        return new Plan(
            withMedia ? ready : ready with { Files = [] },
            recipient,
            withMedia ? release : null,
            PackageSigner.Of(tx)
        );
    }

    /// <summary>While persons are to decide what left, nothing is given out, whatever it is about.</summary>
    private static async Task<ReadyPackage> RequireAsync(Tx tx, Guid reportId)
    {
        var ready = await ReadyPackage.RequireAsync(tx, reportId);
        if (await FenceRow.IsClosedAsync(tx))
        {
            throw ProblemException.Conflict(
                "behind_fence",
                "After a restore two people decide about each report on /console/reporting/fence: no package is given "
                    + "out before all are decided."
            );
        }
        return ready;
    }

    /// <summary>A key that this report may be sealed to.</summary>
    /// <exception cref="ProblemException">Of another destination or country, or not verified.</exception>
    internal static void RequireFor(ReadyPackage ready, Recipient recipient)
    {
        if (recipient.Destination != ready.Destination.Code)
        {
            throw ProblemException.Conflict(
                "other_destination",
                "This key is of another destination than the report."
            );
        }
        RequireUsable(recipient);
        RequireCountry(ready, recipient);
    }

    /// <summary>All police are one destination: the key is of the country that the approved report names.</summary>
    private static void RequireCountry(ReadyPackage ready, Recipient recipient)
    {
        if (
            ready.Destination.IsOfCountries
            && (ready.Country.Length == 0 || recipient.Country != ready.Country)
        )
        {
            throw ProblemException.Conflict(
                "other_country",
                $"The approved report is for '{ready.Country}', and this key is of '{recipient.Country}': use a key "
                    + "that was verified as theirs, or add theirs with its country."
            );
        }
    }

    private static void RequireUsable(Recipient recipient)
    {
        if (!recipient.IsUsable)
        {
            throw ProblemException.Conflict(
                "recipient_not_verified",
                "This key is revoked, or no second person compared it with the recipient yet: it is not used."
            );
        }
    }

    private async Task<BuiltPackage> BuildAsync(
        Actor actor,
        Permission permission,
        Plan plan,
        CancellationToken cancellation
    )
    {
        var media = OpenersOf(actor, plan, cancellation);
        var custody = await _db.ReadAsync(
            actor,
            permission,
            tx => CustodyRecord.ReadAsync(tx, kernel.SignedLedger, plan.Ready),
            cancellation
        );
        // Sealed bytes only.
        var file = Open();
        try
        {
            var facts = new PackageFacts(
                plan.Ready.Report,
                plan.Ready.Destination,
                plan.Ready.Document,
                plan.Recipient.Name,
                actor.Name,
                kernel.Time.GetUtcNow(),
                plan.Release?.LegalBasis ?? ""
            )
            {
                Words = plan.Ready.Words,
            };
            // On a thread of its own: locker, sealing and disk wait for each other.
            await Task.Factory.StartNew(
                () => PackageParts.Write(file, facts, custody, plan.Recipient.Key, plan.Signer, media),
                cancellation,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            );
            file.Position = 0;
            var sha256 = await SHA256.HashDataAsync(file, cancellation);
            var line = await _db.ActAsync(
                actor,
                permission,
                tx => RecordAsync(tx, plan, sha256, file.Length),
                cancellation
            );
            await lines.AnnounceAsync(actor.Tenant, line, cancellation);
            file.Position = 0;
            var name = PackageNote.NameOf(plan.Ready.Destination.Code, plan.Ready.Report.Id);
            return new BuiltPackage(file, name, sha256);
        }
        catch (IOException e)
        {
            await file.DisposeAsync();
            throw NotWritten(e);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    private FileStream Open()
    {
        try
        {
            Durable.CreateFolder(Folder);
            return NamelessFile.Open(Folder);
        }
        catch (IOException e)
        {
            throw NotWritten(e);
        }
    }

    private static ProblemException NotWritten(IOException e) =>
        new(
            503,
            "package_not_written",
            "The package could not be built in the data folder: its disk is full, or a content cannot be read. Nothing "
                + $"was given out. Make room, then build it again. ({e.GetType().Name})"
        );

    /// <summary>One after the other, each opening in the ledger: a content opens for this package alone.</summary>
    private List<Func<Stream>> OpenersOf(Actor actor, Plan plan, CancellationToken cancellation)
    {
        var why = $"package of report {plan.Ready.Report.Id}";
        var media = new List<Func<Stream>>();
        foreach (var content in plan.Ready.Files)
        {
            // Sealing runs on a thread of its own; a content opens when its signature is there.
#pragma warning disable MA0042, MA0045
            media.Add(() =>
                kernel
                    .Contents.OpenAsync(actor, content, Permission.ContentExport, why, cancellation)
                    .GetAwaiter()
                    .GetResult()
            );
#pragma warning restore MA0042, MA0045
        }
        return media;
    }

    /// <summary>Nothing is given out of what was withdrawn, approved anew or revoked while it was built.</summary>
    internal async Task<JournalLine> RecordAsync(Tx tx, Plan plan, byte[] sha256, long bytes)
    {
        RequireUsable(await Recipients.RequireAsync(tx, plan.Recipient.Id));
        var ready = await RequireAsync(tx, plan.Ready.Report.Id);
        if (!ready.Document.SequenceEqual(plan.Ready.Document))
        {
            throw ProblemException.Conflict(
                "changed_meanwhile",
                "The report was approved anew meanwhile: build it again."
            );
        }
        if (plan.Release is { } release)
        {
            await RequireReleasedAsync(tx, release, ready, plan.Recipient);
        }
        await tx.ExecuteAsync(
            """
            insert into report_package (tenant, id, report_id, recipient_id, built_at, built_by, sha256, bytes, media,
                document_sha256)
            values (@tenant, @id, @reportId, @recipientId, @now, @by, @sha256, @bytes, @media, @documentSha256)
            """,
            new
            {
                id = tx.NewId(),
                reportId = plan.Ready.Report.Id,
                recipientId = plan.Recipient.Id,
                now = tx.Now,
                by = tx.Actor.Name,
                sha256,
                bytes,
                media = plan.Ready.Files.Count,
                documentSha256 = SHA256.HashData(plan.Ready.Document),
            }
        );
        await ReportRow.GiveAsync(tx, plan.Ready.Report.Id);
        await tx.RecordAsync(
            new LedgerAct("package.built", plan.Ready.Report.Id.ToString())
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["recipient"] = plan.Recipient.Fingerprint,
                    ["sha256"] = Convert.ToHexStringLower(sha256),
                },
            }
        );
        return await lines.NextAsync(tx, ready.Report, PackageStep.Given);
    }

    /// <summary>Two persons released these files to this key, and nobody asked for another release since.</summary>
    private static async Task RequireReleasedAsync(
        Tx tx,
        MediaRelease release,
        ReadyPackage ready,
        Recipient recipient
    )
    {
        var now = await MediaRelease.FindAsync(tx, ready.Report.Id);
        if (now?.Covers(ready.Document, recipient.Id) != true || now.ReleasedAt != release.ReleasedAt)
        {
            throw ProblemException.Conflict(
                "media_not_released",
                "The release of the files was asked for anew meanwhile: build it when a second person released them."
            );
        }
    }

    public void Dispose() => _building.Dispose();

    /// <param name="Release">Of the files; null: by fingerprints alone.</param>
    internal sealed record Plan(
        ReadyPackage Ready,
        Recipient Recipient,
        MediaRelease? Release,
        SigningKey Signer
    );
}
