using System.Net;
using System.Net.Http.Json;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Cases;

internal static class ListedWork
{
    /// <summary>A new list of known material, in force.</summary>
    public static async Task EnforceListAsync(this TestServer server, string list)
    {
        await server.PostAsync(
            "/v1/lists",
            new
            {
                name = list,
                purpose = "known-csam",
                confidence = "verified",
                attestation = "Said in a test.",
            },
            HttpStatusCode.Created
        );
        using var enforce = await server.Client.PatchAsync(
            new Uri($"/v1/lists/{list}", UriKind.Relative),
            JsonContent.Create(new { mode = "enforce", reason = "A test." })
        );
        Assert.Equal(HttpStatusCode.OK, enforce.StatusCode);
    }
}
