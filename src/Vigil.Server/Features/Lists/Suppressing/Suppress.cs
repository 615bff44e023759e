using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Hashing;
using Vigil.Server.Features.Lists.Describing;
using Vigil.Server.Features.Lists.Keeping;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Suppressing;

/// <summary>One file that must not be flagged again, by its SHA-256, or its MD5 and SHA-1 together.</summary>
internal sealed record SuppressionWanted
{
    public string? Sha256 { get; init; }
    public string? Md5 { get; init; }
    public string? Sha1 { get; init; }
    public required string Reason { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>One in so many goes to review all the same. Default: 100.</summary>
    public int? SampleEvery { get; init; }
}

/// <summary>
/// Suppressions: exact only, each with its reason and end, counted and sampled, so that a mistake shows. A
/// perceptual match is never suppressed: it would hide pictures that nobody has seen.
/// </summary>
internal sealed class Suppress(ListWriting lists)
{
    private const int UsualSample = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost(
                "/v1/suppressions",
                (HttpContext context, Suppress suppress) => suppress.ApiAsync(context)
            )
            .Require(Permission.ListWrite)
            .WithName("Suppress")
            .WithSummary("Never flag this very file again, until a date; counted and sampled")
            .WithTags("Suppressions")
            .Accepts<SuppressionWanted>("application/json")
            .Produces<SuppressionView>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict);
        routes
            .MapPost(
                "/v1/suppressions/{id:guid}/remove",
                async (HttpContext context, Guid id, Suppress suppress) =>
                    Results.Json(
                        await suppress.RemoveAsync(
                            context.Actor(),
                            id,
                            (await JsonBody.ReadAsync<ReasonGiven>(context)).Reason,
                            context.RequestAborted
                        )
                    )
            )
            .Require(Permission.ListWrite)
            .WithName("RemoveSuppression")
            .WithSummary("End a suppression before its time")
            .WithTags("Suppressions")
            .Accepts<ReasonGiven>("application/json")
            .Produces<SuppressionView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private async Task<IResult> ApiAsync(HttpContext context)
    {
        var body = await JsonBody.ReadBytesAsync(context);
        var wanted = JsonBody.Parse<SuppressionWanted>(body);
        var generation = 0L;
        return await Idempotent.RunAsync(
            context,
            body,
            StatusCodes.Status201Created,
            work =>
                lists.ActAsync(
                    context.Actor(),
                    Permission.ListWrite,
                    (tx, next) =>
                    {
                        generation = next;
                        return work(tx);
                    },
                    context.RequestAborted
                ),
            tx => AddAsync(tx, generation, wanted)
        );
    }

    public Task<SuppressionView> RunAsync(
        Actor actor,
        SuppressionWanted wanted,
        CancellationToken cancellation
    ) =>
        lists.ActAsync(
            actor,
            Permission.ListWrite,
            (tx, generation) => AddAsync(tx, generation, wanted),
            cancellation
        );

    private static async Task<SuppressionView> AddAsync(Tx tx, long generation, SuppressionWanted wanted)
    {
        var reason = NamedText.Reason(wanted.Reason);
        var every = wanted.SampleEvery ?? UsualSample;
        if (every is < 1 or > ListsLimits.MaxSampleEvery)
        {
            throw ProblemException.BadRequest(
                "bad_sample_every",
                $"'sampleEvery' is 1 to {ListsLimits.MaxSampleEvery}; {UsualSample} is usual."
            );
        }
        if (wanted.ExpiresAt <= tx.Now || wanted.ExpiresAt > tx.Now + ListsLimits.MaxSuppressionLife)
        {
            throw ProblemException.BadRequest(
                "bad_expires_at",
                $"A suppression ends at a time within {ListsLimits.MaxSuppressionLife.TotalDays} days from now."
            );
        }
        var (sha256, both) = BlindsOf(tx.Secrets, wanted);
        var count = await tx.FindAsync<long>(
            "select count(*) from suppression where tenant = @tenant and removed_at is null and expires_at > @at",
            new { at = tx.Now }
        );
        if (count >= ListsLimits.MaxSuppressions)
        {
            throw ProblemException.Conflict(
                "too_many_suppressions",
                $"There are {ListsLimits.MaxSuppressions} suppressions: withdraw the entries that cause them instead."
            );
        }
        var id = tx.NewId();
        await tx.ExecuteAsync(
            """
            insert into suppression (tenant, id, sha256_blind, md5_sha1_blind, reason, expires_at, sample_every,
                created_at, created_by, generation)
            values (@tenant, @id, @sha256, @both, @reason, @expiresAt, @every, @at, @by, @generation)
            """,
            new
            {
                id,
                sha256,
                both,
                reason,
                expiresAt = wanted.ExpiresAt,
                every,
                at = tx.Now,
                by = tx.Actor.Name,
                generation,
            }
        );
        await tx.RecordAsync(
            new LedgerAct("suppression.added", $"{id}")
            {
                Reason = reason,
                Secret = Convert.ToHexStringLower(sha256 ?? both!),
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["expires"] = wanted.ExpiresAt.ToUniversalTime().ToString("u"),
                },
            }
        );
        return await SuppressionView.GetAsync(tx, id);
    }

    public Task<SuppressionView> RemoveAsync(
        Actor actor,
        Guid id,
        string? why,
        CancellationToken cancellation
    )
    {
        var reason = NamedText.Reason(why);
        return lists.ActAsync(
            actor,
            Permission.ListWrite,
            async (tx, generation) =>
            {
                _ = await SuppressionView.GetAsync(tx, id);
                await tx.ExecuteAsync(
                    """
                    update suppression set removed_at = @at, removed_by = @by, removed_reason = @reason,
                        generation = @generation
                    where tenant = @tenant and id = @id and removed_at is null
                    """,
                    new
                    {
                        id,
                        at = tx.Now,
                        by = tx.Actor.Name,
                        reason,
                        generation,
                    }
                );
                await tx.RecordAsync(new LedgerAct("suppression.removed", $"{id}") { Reason = reason });
                return await SuppressionView.GetAsync(tx, id);
            },
            cancellation
        );
    }

    private static (byte[]? Sha256, byte[]? Md5Sha1) BlindsOf(TenantSecrets secrets, SuppressionWanted wanted)
    {
        if (wanted is { Sha256: { } sha256, Md5: null, Sha1: null })
        {
            return (ListSecrets.Sha256Blind(secrets, Bytes(DigestAlgorithm.Sha256, sha256)), null);
        }
        if (wanted is { Sha256: null, Md5: { } md5, Sha1: { } sha1 })
        {
            return (
                null,
                ListSecrets.Md5Sha1Blind(
                    secrets,
                    Bytes(DigestAlgorithm.Md5, md5),
                    Bytes(DigestAlgorithm.Sha1, sha1)
                )
            );
        }
        throw ProblemException.BadRequest(
            "not_exact",
            "A suppression is exact: say 'sha256', or 'md5' and 'sha1' together. Nothing else is suppressed."
        );
    }

    private static byte[] Bytes(DigestAlgorithm algorithm, string hex)
    {
        if (!Digest.TryParse(algorithm, hex.Trim(), out var digest))
        {
            throw ProblemException.BadRequest(
                "bad_hash",
                $"'{algorithm}' is written with {Digest.LengthOf(algorithm) * 2} hexadecimal digits."
            );
        }
        var bytes = new byte[digest.Length];
        digest.CopyTo(bytes);
        return bytes;
    }
}
