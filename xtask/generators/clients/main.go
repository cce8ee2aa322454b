// Lists through the Go client of openapi-generator.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"list/hssimage"
	"list/iam"
)

func main() {
	project := os.Getenv("PROJECT_ID")
	token := issue(project)
	configuration := hssimage.NewConfiguration()
	configuration.Servers = hssimage.ServerConfigurations{{URL: os.Getenv("HSS_ENDPOINT")}}
	client := hssimage.NewAPIClient(configuration)
	ctx := context.WithValue(context.Background(), hssimage.ContextAPIKeys,
		map[string]hssimage.APIKey{"XAuthToken": {Key: token}})
	for offset := int32(0); ; {
		page, response, err := client.ImageAPI.ListSwrImageRepository(ctx, project).
			ImageType(os.Getenv("IMAGE_TYPE")).Offset(offset).Limit(200).Execute()
		if response != nil && response.StatusCode == 429 {
			time.Sleep(time.Minute)
			continue
		}
		if failed, ok := err.(*hssimage.GenericOpenAPIError); ok {
			body, _ := failed.Model().(hssimage.ErrorResponse)
			exit("no images: " + body.GetErrorCode())
		}
		images := page.GetDataList()
		if len(images) == 0 {
			return
		}
		for _, image := range images {
			fmt.Println(image.GetId(), image.GetNamespace(), image.GetImageName(), image.GetImageVersion(), image.GetScanStatus())
		}
		offset += int32(len(images))
	}
}

func issue(project string) string {
	configuration := iam.NewConfiguration()
	configuration.Servers = iam.ServerConfigurations{{URL: os.Getenv("IAM_ENDPOINT")}}
	user := iam.NewPasswordUser(*iam.NewDomainName(os.Getenv("ACCOUNT")), os.Getenv("IAM_USER"), os.Getenv("IAM_PASSWORD"))
	identity := iam.NewIdentity([]string{"password"})
	identity.SetPassword(*iam.NewPasswordIdentity(*user))
	auth := iam.NewAuth(*identity)
	auth.SetScope(iam.Scope{Project: &iam.ScopeTarget{Id: &project}})
	_, response, err := iam.NewAPIClient(configuration).IdentityAPI.
		KeystoneCreateUserTokenByPassword(context.Background()).
		CreateTokenRequest(*iam.NewCreateTokenRequest(*auth)).Execute()
	if failed, ok := err.(*iam.GenericOpenAPIError); ok {
		body, _ := failed.Model().(iam.IamErrorResponse)
		detail := body.GetError()
		exit("no token: " + detail.GetMessage())
	}
	return response.Header.Get("X-Subject-Token")
}

func exit(reason string) {
	fmt.Fprintln(os.Stderr, reason)
	os.Exit(1)
}
