using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Vigil.Evidence;
using Vigil.Files;
using Vigil.Server.Features.LegalProcess.Packaging;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>How far a package is.</summary>
/// <param name="Done">Bytes of contents.</param>
/// <param name="Total">Of all of them.</param>
internal sealed record PackageProgress(long Done, long Total, DateTimeOffset StartedAt);

/// <summary>
/// Makes the package of a release that two persons approved: reads each content (the ledger first), seals to the
/// authority's key, and only then is it in the disclosure log. A process that is killed in between begins anew.
/// </summary>
internal sealed partial class BuildPackage(
    TrustKernel kernel,
    PackageFolder folder,
    ILogger<BuildPackage> log
)
{
    private readonly ConcurrentDictionary<Guid, PackageProgress> _progress = new();
    private readonly ConcurrentDictionary<Guid, bool> _stopped = new();

    public PackageProgress? ProgressOf(Guid id) => _progress.GetValueOrDefault(id);

    public void Stop(Guid id) => _stopped[id] = true;

    public async Task RunAsync(TenantId tenant, Guid id, CancellationToken stopping)
    {
        var actor = Actor.Machine(
            tenant,
            "legal release",
            Permission.LegalManage,
            Permission.ContentExport,
            Permission.HoldRead
        );
        _stopped.TryRemove(id, out _);
        var plan = await kernel.Db.ReadAsync(
            actor,
            Permission.LegalManage,
            tx => PlannedPackage.ReadAsync(tx, id, kernel.Profile),
            stopping
        );
        if (plan is null)
        {
            return;
        }
        using var signer = plan.Signer;
        if (!plan.IsFixed)
        {
            await FailedAsync(actor, id, "not_fixed", stopping);
            return;
        }
        try
        {
            var (sha256, bytes) = await Task.Factory.StartNew(
                () => Write(actor, plan, stopping),
                stopping,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            );
            var isReleased = await kernel.Db.SignedAsync(
                actor,
                Permission.LegalManage,
                tx => ReleasedAsync(tx, plan, sha256, bytes),
                stopping
            );
            if (!isReleased)
            {
                folder.Erase(tenant, id);
            }
        }
        catch (ContentException e) when (e.Problem == ContentProblem.Elsewhere)
        {
            // The process that keeps the locker makes it.
        }
        catch (KeyRingException e) when (e.Problem == KeyRingProblem.NotDrilled)
        {
            // It stays a release, its page says what it waits for, and the next look makes it.
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // A person stopped it.
            folder.Erase(tenant, id);
        }
        catch (Exception e) when (e is ContentException or InvalidDataException or PackageException)
        {
            LogFailed(log, e.GetType().FullName, e.StackTrace);
            await FailedAsync(actor, id, BecauseOf(e), stopping);
        }
        finally
        {
            _progress.TryRemove(id, out _);
        }
    }

    /// <returns>SHA-256 and size of the sealed package.</returns>
    private (byte[] Sha256, long Bytes) Write(Actor actor, PlannedPackage plan, CancellationToken stopping)
    {
        var id = plan.Content.Head.RequestId;
        var progress = new PackageProgress(
            0,
            plan.Content.Files.Sum(file => file.Bytes),
            kernel.Time.GetUtcNow()
        );
        folder.Write(
            actor.Tenant,
            id,
            file =>
                DisclosurePackage.Write(
                    file,
                    RecipientKey.FromBytes(plan.RecipientKey),
                    plan.Signer,
                    plan.Content,
                    Open,
                    Wrote
                )
        );
        using var written = InputFile.OpenRead(folder.PathOf(actor.Tenant, id));
        return (SHA256.HashData(written), written.Length);

        // Contents are opened on this thread of its own, one after the other.
#pragma warning disable MA0042, MA0045
        Stream Open(PackageFile file) =>
            kernel
                .Contents.OpenAsync(actor, file.ContentId, Permission.ContentExport, plan.Reason, stopping)
                .GetAwaiter()
                .GetResult();
#pragma warning restore MA0042, MA0045

        void Wrote(int bytes)
        {
            stopping.ThrowIfCancellationRequested();
            if (_stopped.ContainsKey(id))
            {
                throw new OperationCanceledException("Stopped by a person.");
            }
            // Its own pages are written besides the contents.
            var done = Math.Min(progress.Done + bytes, progress.Total);
            _progress[id] = progress = progress with { Done = done };
        }
    }

    private static string BecauseOf(Exception e) =>
        e switch
        {
            ContentException content => content.Problem.ToString(),
            InvalidDataException => nameof(ContentProblem.Damaged),
            _ => nameof(LegalRequest.RecipientKey),
        };

    /// <returns>False: the package is of an approval that does not stand any more.</returns>
    internal static async Task<bool> ReleasedAsync(Tx tx, PlannedPackage plan, byte[] sha256, long bytes)
    {
        var request = await LegalRequest.RequireAsync(tx, plan.Content.Head.RequestId);
        // Stopped, or approved anew: the package of that approval is made anew.
        if (request.State != LegalState.Releasing || request.ApprovedAt != plan.Content.Head.ApprovedAt)
        {
            await tx.RecordAsync(request.Act("legal.package_dropped", null));
            return false;
        }
        if (!await LegalCall.IsConfirmedAsync(tx, request.Id))
        {
            await request.MoveAsync(tx, LegalState.ScopeReview);
            await tx.RecordAsync(request.Act("legal.package_dropped", null, ("because", "no_call_back")));
            return false;
        }
        await request.MoveAsync(tx, LegalState.Released);
        await tx.ExecuteAsync(
            """
            update legal_request set package_sha256 = @sha256, package_bytes = @bytes, package_gone_at = null
            where tenant = @tenant and id = @id
            """,
            new
            {
                id = request.Id,
                sha256,
                bytes,
            }
        );
        await Disclosures.AddAsync(tx, request, Disclosures.Released, sha256, bytes);
        await tx.ClearAlarmAsync("legal_package_failed", request.Id.ToString());
        return true;
    }

    private Task<bool> FailedAsync(Actor actor, Guid id, string because, CancellationToken stopping) =>
        kernel.Db.ActAsync(
            actor,
            Permission.LegalManage,
            async tx =>
            {
                var request = await LegalRequest.RequireAsync(tx, id);
                if (request.State == LegalState.Releasing)
                {
                    await request.MoveAsync(tx, LegalState.ScopeReview);
                }
                await tx.ExecuteAsync(
                    "update legal_request set failed_because = @because where tenant = @tenant and id = @id",
                    new { id, because }
                );
                await tx.RecordAsync(request.Act("legal.package_failed", null, ("because", because)));
                await tx.RaiseAlarmAsync(
                    new Alarm(
                        "legal_package_failed",
                        AlarmSeverity.Urgent,
                        "A released package could not be made: a content does not open. See the request's page, put "
                            + "the content back from a backup, or release without it."
                    )
                    {
                        About = id.ToString(),
                    }
                );
                return true;
            },
            stopping
        );

    [LoggerMessage(2310, LogLevel.Error, "A package could not be made: {Type}\n{Trace}")]
    private static partial void LogFailed(ILogger log, string? type, string? trace);
}

/// <summary>All that goes into a package, read in one view.</summary>
/// <param name="Signer">To be disposed by the caller.</param>
internal sealed record PlannedPackage(
    PackageContent Content,
    byte[] RecipientKey,
    SigningKey Signer,
    string Reason
)
{
    /// <summary>False: approved before plans were fixed when they are asked for; it is asked for again.</summary>
    public bool IsFixed { get; private init; }

    /// <summary>Null: it is not to be made any more.</summary>
    public static async Task<PlannedPackage?> ReadAsync(Tx tx, Guid id, Profile profile)
    {
        if (
            await LegalRequest.FindAsync(tx, id)
            is not { State: LegalState.Releasing, Released: not null, RecipientKey: { } confirmed } request
        )
        {
            return null;
        }
        var plan = request.PlanOf(tx);
        var key = plan.Key ?? confirmed;
        var files = new List<PackageFile>();
        foreach (var content in plan.Contents)
        {
            files.Add(FileOf((await HeldContents.FindAsync(tx, content))!));
        }
        return new PlannedPackage(
            new PackageContent(
                await HeadOfAsync(tx, request, key),
                files,
                plan.Facts ? await FactsAsync(tx, plan) : null
            )
            {
                IsTest = profile == Profile.Demo,
            },
            key,
            PackageSigner.Of(tx),
            $"Legal process {id}, released by {request.AskedBy} and {request.ApprovedBy}."
        )
        {
            IsFixed = plan.Key is not null,
        };
    }

    private static async Task<PackageHead> HeadOfAsync(Tx tx, LegalRequest request, byte[] key)
    {
        var intake = request.IntakeOf(tx);
        return new PackageHead
        {
            RequestId = request.Id,
            Kind = Http.Words.Of(request.Kind),
            Authority = intake.Authority,
            Country = request.Country,
            Reference = intake.Reference,
            ReceivedAt = request.ReceivedAt,
            AskedBy = request.AskedBy!,
            ApprovedBy = request.ApprovedBy!,
            ApprovedAt = request.ApprovedAt!.Value,
            RecipientFingerprint = Evidence.RecipientKey.FromBytes(key).Fingerprint,
            Calls =
            [
                .. (await LegalCall.OfAsync(tx, request.Id))
                    .Reverse()
                    .Select(call => new PackageCall(
                        call.CalledAt,
                        call.CalledBy,
                        Http.Words.Of(call.Source),
                        Http.Words.Of(call.Result)
                    )),
            ],
            Checkpoint = Encoding.UTF8.GetString(await SignedLedger.CheckpointAsync(tx) ?? []),
        };
    }

    private static PackageFile FileOf(HeldContent content) =>
        new()
        {
            ContentId = content.Id,
            CaseRef = content.CaseRef,
            ItemId = content.ItemId,
            Kind = content.Kind,
            Bytes = content.Bytes,
            Jurisdiction = content.Jurisdiction,
            SealedAt = content.SealedAt,
            SealedBy = content.SealedBy,
            Holds =
            [
                .. content.Holds.Select(hold => new PackageHold(
                    Http.Words.Of(hold.Kind),
                    hold.PlacedAt,
                    hold.ExpiresAt
                )),
            ],
        };

    /// <summary>What the plan says of the cases; where nothing can tell it, only which cases they are.</summary>
    private static async Task<byte[]> FactsAsync(Tx tx, ReleasePlan plan)
    {
        var cases = new List<object>();
        var until = plan.To < plan.AskedAt ? plan.To : plan.AskedAt;
        foreach (var planned in plan.Cases)
        {
            var facts = tx.IsAnswered<ReportableCaseWanted>()
                ? await tx.AskAsync<ReportableCaseWanted, ReportableCase>(
                    new ReportableCaseWanted(new CaseRef(planned.CaseRef))
                )
                : null;
            cases.Add(
                DisclosedCase.Of(
                    planned.CaseRef,
                    facts ?? ReportableCase.None,
                    planned.Items?.ToHashSet(),
                    plan.From,
                    until
                )
            );
        }
        return JsonSerializer.SerializeToUtf8Bytes(cases, JsonSerializerOptions.Web);
    }
}
