using Vigil.Trust;

namespace Vigil.Server.Features.Webhooks;

internal static class WebhooksModule
{
    public static readonly Module Module = new("Features/Webhooks", [.. Enum.GetValues<Profile>()])
    {
        HasTables = false,
    };
}
