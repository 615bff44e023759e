using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin;

/// <summary>What the handlers of this feature take from a request.</summary>
internal static class AdminContext
{
    public static TrustKernel Kernel(this HttpContext context) =>
        context.RequestServices.GetRequiredService<TrustKernel>();

    public static Db Db(this HttpContext context) => context.RequestServices.GetRequiredService<Db>();

    public static string Text(this IFormCollection form, string name) => form[name].ToString();

    /// <summary>The boxes that were ticked, as roles or scopes; unknown words are passed over.</summary>
    public static List<T> Ticked<T>(this IFormCollection form, string name)
        where T : struct, Enum =>
        [
            .. form[name]
                .Select(text => Enum.TryParse<T>(text, out var value) ? value : (T?)null)
                .OfType<T>()
                .Where(Enum.IsDefined),
        ];
}
