using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Vigil.Trust;

namespace Vigil.Server.Ui;

/// <summary>Forms guarded against forgery, with tokens sealed by the installation's own keys.</summary>
internal static class GuardedForms
{
    public static void AddGuardedForms(this IServiceCollection services, TrustKernel kernel)
    {
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "vigil-form";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.SuppressXFrameOptionsHeader = true;
        });
        // The framework's own key ring would be a second set of keys, in the clear beside the sealed one. What
        // loads it at the start goes with it.
        services.RemoveAll<IDataProtectionProvider>();
        services.AddSingleton(kernel.Forms);
        var loaders = services
            .Where(service =>
                service.ServiceType == typeof(IHostedService)
                && service.ImplementationType?.Assembly == typeof(DataProtectionOptions).Assembly
            )
            .ToList();
        loaders.ForEach(loader => services.Remove(loader));
    }
}
