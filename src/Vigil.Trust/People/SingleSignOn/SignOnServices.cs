using Microsoft.Extensions.DependencyInjection;

namespace Vigil.Trust;

/// <summary>Single sign-on as a service of a host.</summary>
public static class SignOnServices
{
    /// <summary>Adds <see cref="SingleSignOn"/>, where the operator set one.</summary>
    /// <exception cref="InvalidOperationException">A setting cannot be used.</exception>
    public static IServiceCollection AddSingleSignOn(
        this IServiceCollection services,
        SingleSignOnOptions? options
    )
    {
        if (options is not null)
        {
            options.Check();
            services.AddSingleton(provider => new SingleSignOn(
                options,
                provider.GetRequiredService<TrustKernel>(),
                provider.GetRequiredService<Outbound>()
            ));
        }
        return services;
    }
}
