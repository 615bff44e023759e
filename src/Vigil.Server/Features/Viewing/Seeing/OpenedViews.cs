using Microsoft.AspNetCore.Http;
using Vigil.Files;
using Vigil.Media;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Seeing;

/// <summary>Why there is nothing to show though the content was opened.</summary>
internal sealed record ReadFailure(MediaOutcome Outcome, string Advice);

/// <summary>Opens a content for a view that is on record: the signed ledger first, then its bytes.</summary>
internal sealed class OpenedViews(Db db, Contents contents)
{
    /// <summary>
    /// Nothing of the bytes, a stream that goes forward only, is left then but what <paramref name="read"/> made.
    /// </summary>
    /// <exception cref="ContentException">It was not opened; the record says that nothing was shown.</exception>
    public async Task<(T? Made, ReadFailure? Failed)> ReadAsync<T>(
        HttpContext context,
        AskedView view,
        Permission permission,
        Func<Stream, CancellationToken, Task<T>> read
    )
        where T : class
    {
        await using var bytes = await OpenAsync(context, view, permission);
        try
        {
            return (await read(bytes, context.RequestAborted), null);
        }
        catch (Exception e) when (e is IOException or SealBrokenException)
        {
            return (
                null,
                new ReadFailure(
                    MediaOutcome.ReadError,
                    "The content does not open whole: whoever keeps what is held must look at it."
                )
            );
        }
        catch (MediaSandboxException)
        {
            return (
                null,
                new ReadFailure(
                    MediaOutcome.WorkerCrashed,
                    "It cannot be shown on this machine now: ask who runs it to look at 'vigil doctor'."
                )
            );
        }
    }

    private async Task<Stream> OpenAsync(HttpContext context, AskedView view, Permission permission)
    {
        try
        {
            return await contents.OpenAsync(
                context.Actor(),
                view.Content.Id,
                permission,
                view.Reason,
                context.RequestAborted
            );
        }
        catch
        {
            await db.WriteAsync(
                context.Actor(),
                permission,
                tx => ViewRecord.RefuseAsync(tx, view.Id),
                CancellationToken.None
            );
            throw;
        }
    }
}
