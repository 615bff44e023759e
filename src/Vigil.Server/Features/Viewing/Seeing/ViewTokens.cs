using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Seeing;

/// <summary>
/// Leave to reveal one content once: 256 random bits, whose digest is kept with the session, content and reason
/// they were given for.
/// </summary>
internal static class ViewTokens
{
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(60);

    public static async Task<string> GiveAsync(Tx tx, SignedIn person, Guid contentId, string reason)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        await tx.ExecuteAsync(
            """
            insert into viewing_token (tenant, digest, viewer, session_id, content_id, reason, expires_at)
            values (@tenant, @digest, @viewer, @session, @contentId, @reason, @expiresAt)
            """,
            new
            {
                digest = DigestOf(token),
                viewer = person.Actor.Name,
                session = person.SessionId,
                contentId,
                reason,
                expiresAt = tx.Now + Life,
            }
        );
        return token;
    }

    /// <summary>The reason it was given for. It is used up, whatever comes of it.</summary>
    /// <exception cref="ProblemException">Unknown, used, too old, or given to another session or for another
    /// content: the same words for all.</exception>
    public static async Task<string> UseAsync(Tx tx, SignedIn person, Guid contentId, string? token)
    {
        var key = new
        {
            digest = DigestOf(token ?? ""),
            viewer = person.Actor.Name,
            session = person.SessionId,
            contentId,
            now = tx.Now,
        };
        var used = await tx.ExecuteAsync(
            """
            update viewing_token set used_at = @now
            where tenant = @tenant and digest = @digest and viewer = @viewer and session_id = @session
                and content_id = @contentId and used_at is null and expires_at > @now
            """,
            key
        );
        return used == 1
            ? (
                await tx.FindAsync<string>(
                    "select reason from viewing_token where tenant = @tenant and digest = @digest",
                    key
                )
            )!
            : throw new ProblemException(
                StatusCodes.Status403Forbidden,
                "token_refused",
                "This leave to view is used, too old or not yours: ask for the picture again."
            );
    }

    private static byte[] DigestOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
